/// A table that holds what runs recorded: what its rows belong to, which steps made them, and which columns are vectors.
///
/// Whatever treats all that a run recorded walks `all`: resuming, merging, purging, measuring and exporting.
package struct RunTable: Sendable, Equatable {
  /// The owner of a row: the table of this name, by its id in the column of this name.
  package enum Owner: String, Sendable {
    case run, site, moment
  }

  /// The way in which a row's columns name the steps that made it.
  package enum Steps: Sendable {
    /// No column does: the row is made once, or with the row that owns it.
    case none
    /// `step` is the step that made the row.
    case ofRow
    /// `step` counts the steps before the row.
    case before
    /// The row pools the steps from `block * block_steps` to before `(block + 1) * block_steps`.
    case ofBlock
  }

  /// The contents of vector columns.
  package enum Contents: String, CaseIterable, Sendable {
    case moments = "moment"
    case affine
    case rollups = "rollup"
    case distributions = "distribution"
    case noise
    case checkpoints = "checkpoint"
  }

  /// The encoding of a vector column.
  package enum Encoding: Sendable {
    /// Little-endian float32, [site.width].
    case float32
    /// Little-endian uint32, [site.width, bins + 2].
    case counts
    /// A file.
    case file
    /// Vectors of several moments, packed.
    case sealed
  }

  /// The name of the table.
  package let name: String
  /// The owner of a row.
  package let owner: Owner
  /// The table that the owner's column refers to.
  package let parent: String
  /// The columns that tell a row from the others of its owner; none where it has one row, or the rows have ids alone.
  package let key: [String]
  /// The way in which a row's columns name the steps that made it.
  package let steps: Steps
  /// The BLOB columns.
  package let vectors: [String]
  /// The contents of the vector columns.
  package let contents: Contents?
  /// The encoding of the vector columns.
  package let encoding: Encoding
  /// The columns in which NULL is NaN, which SQLite does not store; elsewhere NULL is an unknown number.
  package let nanColumns: [String]
  /// The columns in which NULL is NaN where the column of the same name and `_is_nan` is 1.
  package let markedColumns: [String]
  /// The columns in which 0 is false and 1 is true.
  package let truths: [String]

  private init(
    _ name: String, of owner: Owner, parent: String? = nil, key: [String] = [],
    steps: Steps = .none, vectors: [String] = [], _ contents: Contents? = nil,
    as encoding: Encoding = .float32, nanColumns: [String] = [], markedColumns: [String] = [],
    truths: [String] = []
  ) {
    self.name = name
    self.owner = owner
    self.parent = parent ?? owner.rawValue
    self.key = key
    self.steps = steps
    self.vectors = vectors
    self.contents = contents
    self.encoding = encoding
    self.nanColumns = nanColumns
    self.markedColumns = markedColumns
    self.truths = truths
  }

  /// Every table but `run` and `migration`, a table after the one that it refers to.
  package static let all = [
    RunTable("tag", of: .run, key: ["key"]),
    RunTable(
      "step", of: .run, key: ["step"], steps: .ofRow, markedColumns: ["loss", "accuracy"]),
    RunTable(
      "evaluation", of: .run, key: ["step", "split", "statistics"], steps: .ofRow,
      markedColumns: ["loss", "accuracy"]),
    RunTable(
      "checkpoint", of: .run, key: ["step"], steps: .before, vectors: ["tensors"], .checkpoints,
      as: .file),
    RunTable(
      "gradient_shift", of: .run, key: ["step", "layer"], steps: .ofRow,
      nanColumns: ["gradient_norm", "difference_norm", "cosine"]),
    RunTable(
      "landscape", of: .run, key: ["step", "step_length"], steps: .ofRow,
      nanColumns: ["loss", "gradient_norm", "difference_norm"]),
    RunTable("event", of: .run, steps: .ofRow),
    RunTable(
      "site", of: .run, key: ["layer", "tap", "population", "statistics"],
      truths: ["derives_normalized"]),
    RunTable(
      "moment", of: .site, key: ["step"], steps: .ofRow, vectors: ["mean", "variance"], .moments),
    RunTable(
      "sealed", of: .site, key: ["step", "vector", "unit"], steps: .ofRow, vectors: ["bits"],
      .moments, as: .sealed),
    RunTable("affine", of: .moment, vectors: ["gamma", "beta"], .affine),
    RunTable("higher_moment", of: .moment, vectors: ["skewness", "kurtosis"], .distributions),
    RunTable(
      "rollup", of: .site, key: ["block_steps", "block"], steps: .ofBlock,
      vectors: ["mean", "variance"], .rollups),
    RunTable(
      "batch_noise", of: .site, key: ["step"], steps: .ofRow,
      vectors: ["rho", "kurtosis", "variance"], .noise),
    RunTable("histogram_axis", of: .site, vectors: ["lower", "upper"], .distributions),
    RunTable(
      "histogram", of: .site, parent: "histogram_axis", key: ["step"], steps: .ofRow,
      vectors: ["counts"], .distributions, as: .counts),
    RunTable(
      "quantile", of: .site, key: ["step", "level"], steps: .ofRow, vectors: ["quantile"],
      .distributions),
  ]

  /// The tables whose rows belong to rows of `owner`.
  package static func all(of owner: Owner) -> [RunTable] { all.filter { $0.owner == owner } }

  /// Whether rows can be taken in the order of a column `step`.
  package var hasStep: Bool { [.ofRow, .before].contains(steps) }

  /// The column that is 1 where a NULL in the column `name` is NaN; nil where there is none.
  package func mark(of name: String) -> String? {
    markedColumns.contains(name) ? "\(name)_is_nan" : nil
  }

  /// The SQL condition of the rows that run ?1 made in step ?2 or later; nil where they go with the rows that own them.
  package var isLater: String? {
    let isLater: String? =
      switch steps {
      case .none: nil
      case .ofRow: "step >= ?2"
      case .before: "step > ?2"
      case .ofBlock: "(block + 1) * block_steps > ?2"
      }
    return isLater.map {
      (owner == .run ? "run = ?1" : "site IN (SELECT id FROM site WHERE run = ?1)") + " AND \($0)"
    }
  }

  /// The SQL expression of how many bytes a row's vectors have.
  package var vectorBytes: String {
    vectors.map { "ifnull(length(\(name).\($0)), 0)" }.joined(separator: " + ")
  }
}
