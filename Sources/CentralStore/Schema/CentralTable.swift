import RunModel

/// A table of a central store that holds the rows of one kind, as they are.
struct CentralTable {
  /// The type of a column.
  enum Kind {
    case integer, real, text, truth
    /// Little-endian float32, [site.width].
    case vector
    /// Little-endian uint32.
    case counts
    /// The contents of a file.
    case file
  }

  /// A column.
  struct Column {
    let name: String
    let kind: Kind

    init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }

    /// The name that a recorded row has for it: of a file it knows the size.
    var recordedName: String { kind == .file ? name + "_bytes" : name }
  }

  /// The name of the table, and of the rows' kind.
  let name: String
  /// Whether a row belongs to a site; else it belongs to a run.
  let isOfSite: Bool
  /// The columns that tell a row from the others of its owner, in the order of rows.
  let key: [String]
  /// The columns, in the order in which a file has them.
  let columns: [Column]
  /// The condition that a row is of step $2 or later; nil where no step made it.
  let isLater: String?

  private init(
    _ name: String, isOfSite: Bool = false, key: [String], isLater: String? = "step >= $2",
    _ columns: [Column]
  ) {
    self.name = name
    self.isOfSite = isOfSite
    self.key = key
    self.columns = columns
    self.isLater = isLater
  }

  /// The column that refers to a row's owner.
  var owner: String { isOfSite ? "site" : "run" }

  /// The tables of rows, in the order in which they can be filled; those of blocks are not among them.
  static let all = [
    CentralTable("tag", key: ["key"], isLater: nil, [.init("key", .text), .init("value", .text)]),
    CentralTable(
      "step", key: ["step"],
      [
        .init("step", .integer), .init("loss", .real), .init("accuracy", .real),
        .init("learning_rate", .real), .init("batch_size", .integer), .init("duration", .real),
      ]),
    CentralTable(
      "evaluation", key: ["step", "split", "statistics"],
      [
        .init("step", .integer), .init("split", .text), .init("statistics", .text),
        .init("loss", .real), .init("accuracy", .real), .init("count", .integer),
      ]),
    CentralTable(
      "checkpoint", key: ["step"], isLater: "step > $2",
      [.init("step", .integer), .init("created_at", .text), .init("tensors", .file)]),
    CentralTable(
      "gradient_shift", key: ["step", "layer"],
      [
        .init("step", .integer), .init("layer", .integer), .init("gradient_norm", .real),
        .init("difference_norm", .real), .init("cosine", .real),
      ]),
    CentralTable(
      "landscape", key: ["step", "step_length"],
      [
        .init("step", .integer), .init("step_length", .real), .init("loss", .real),
        .init("gradient_norm", .real), .init("difference_norm", .real),
      ]),
    CentralTable(
      "event", key: ["step", CentralTable.place],
      [
        .init("step", .integer), .init("layer", .integer), .init("kind", .text),
        .init("message", .text), .init("tap", .text),
      ]),
    CentralTable(
      "site", key: ["layer", "tap", "population", "statistics"], isLater: nil,
      [
        .init("layer", .integer), .init("tap", .text), .init("population", .text),
        .init("statistics", .text), .init("width", .integer), .init("epsilon", .real),
        .init("layer_name", .text), .init("activation", .text),
        .init("derives_normalized", .truth), .init("layer_kind", .text), .init("shape", .text),
      ]),
    CentralTable(
      "rollup", isOfSite: true, key: ["block_steps", "block"],
      isLater: "(block + 1) * block_steps >= $2",
      [
        .init("block_steps", .integer), .init("block", .integer), .init("step_count", .integer),
        .init("count", .integer), .init("non_finite_count", .integer), .init("mean", .vector),
        .init("variance", .vector),
      ]),
    CentralTable(
      "batch_noise", isOfSite: true, key: ["step"],
      [
        .init("step", .integer), .init("batches", .integer), .init("count", .integer),
        .init("rho", .vector), .init("kurtosis", .vector), .init("degrees_of_freedom", .real),
        .init("variance", .vector),
      ]),
    CentralTable(
      "histogram_axis", isOfSite: true, key: [], isLater: nil,
      [.init("bins", .integer), .init("lower", .vector), .init("upper", .vector)]),
    CentralTable(
      "histogram", isOfSite: true, key: ["step"],
      [.init("step", .integer), .init("counts", .counts)]),
    CentralTable(
      "quantile", isOfSite: true, key: ["step", "level"],
      [.init("step", .integer), .init("level", .real), .init("quantile", .vector)]),
  ]

  /// The column of a row's place among those of its step, where its columns alone do not tell them apart.
  static let place = "place"
  /// Whether rows have that column.
  var hasPlace: Bool { key.contains(CentralTable.place) }

  /// The name of every table.
  static var names: [String] {
    ["migration", "run", "setting"] + all.map(\.name) + MomentPart.allCases.map(\.rawValue)
  }
}
