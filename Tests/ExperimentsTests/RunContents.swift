import RunStore
import SQLite

/// Everything that a run recorded, clocks and identifiers aside: a line for each row, its numbers as SQL writes them
/// exactly.
struct RunContents: Equatable {
  let steps: [String]
  let evaluations: [String]
  let moments: [String]
  /// Quantiles, and histograms with their bins.
  let distributions: [String]
  let gradientShifts: [String]
  let landscapePoints: [String]
  /// By step.
  let checkpoints: [Int: [UInt8]]

  /// Reads all that `database` holds of `run`.
  init(of run: Run, in database: RunDatabase) throws {
    let connection = database.connection
    let id = try connection.firstRow("SELECT id FROM run WHERE uuid = ?", [.text(run.uuid)]) {
      Binding.integer($0.integer(0))
    }
    func lines(_ columns: [String], from source: String) throws -> [String] {
      let line = columns.map { "quote(\($0))" }.joined(separator: " || ' ' || ")
      return try connection.rows("SELECT \(line) FROM \(source)", [id ?? .null]) { $0.text(0) }
    }
    steps = try lines(
      ["step", "loss", "accuracy", "learning_rate", "batch_size"],
      from: "step WHERE run = ? ORDER BY step")
    evaluations = try lines(
      ["step", "split", "statistics", "loss", "accuracy", "count"],
      from: "evaluation WHERE run = ? ORDER BY step, split, statistics")
    moments = try lines(
      [
        "layer", "tap", "population", "statistics", "width", "epsilon", "step", "count",
        "non_finite_count", "mean", "variance", "gamma", "beta", "skewness", "kurtosis",
      ],
      from: """
        moment JOIN site ON site.id = moment.site LEFT JOIN affine ON affine.moment = moment.id
        LEFT JOIN higher_moment ON higher_moment.moment = moment.id WHERE run = ?
        ORDER BY layer, tap, population, statistics, step
        """)
    let site = ["layer", "tap", "population", "statistics"]
    distributions =
      try lines(
        site + ["step", "level", "quantile"],
        from: """
          quantile JOIN site ON site.id = quantile.site WHERE run = ?
          ORDER BY layer, tap, population, statistics, step, level
          """)
      + lines(
        site + ["histogram.step", "bins", "lower", "upper", "counts"],
        from: """
          histogram JOIN histogram_axis USING (site) JOIN site ON site.id = histogram.site
          WHERE run = ? ORDER BY layer, tap, population, statistics, histogram.step
          """)
    gradientShifts = try lines(
      ["step", "layer", "gradient_norm", "difference_norm", "cosine"],
      from: "gradient_shift WHERE run = ? ORDER BY step, layer")
    landscapePoints = try lines(
      ["step", "step_length", "loss", "gradient_norm", "difference_norm"],
      from: "landscape WHERE run = ? ORDER BY step, step_length")
    checkpoints = Dictionary(
      uniqueKeysWithValues: try connection.rows(
        "SELECT step, tensors FROM checkpoint WHERE run = ?", [id ?? .null]
      ) { ($0.integer(0), $0.bytes(1)) })
  }
}
