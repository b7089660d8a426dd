package import RunModel
package import ShiftAnalysis

/// What the distribution at each layer of a run was like over its steps.
package struct DistributionReport {
  private let run: Run
  private let series: [DistributionSeries]

  /// Prepares the series of `run`.
  package init(_ series: [DistributionSeries], of run: Run) {
    self.run = run
    self.series = series
  }

  /// The series in `format`.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table: notes.map { "# \($0)\n" }.joined() + table.aligned(isStyled: isStyled)
    case .csv: table(isExact: true).commaSeparated
    case .json: try JSONOutput.document(Document(run: run, lines: lines))
    case .ndjson: try lines.map { try JSONOutput.line($0) + "\n" }.joined()
    }
  }

  private var levels: [Double] {
    Set(series.flatMap(\.levels)).sorted()
  }

  private var hasHigherMoments: Bool {
    series.contains { $0.points.contains { $0.skewness != nil || $0.kurtosis != nil } }
  }

  private var notes: [String] {
    guard let first = series.first else { return [] }
    var notes = [
      "run \(run.shortID) (\(run.name.withoutControlCharacters)): tap \(first.tap.rawValue), population "
        + "\(first.population.rawValue), statistics \(first.statistics.rawValue); "
        + (first.unit.map { "unit \($0)" } ?? "each figure is the median over the units of a layer")
    ]
    if !levels.isEmpty {
      notes.append("q0.5 is the median of a unit's numbers, q at other levels likewise")
    }
    if hasHigherMoments { notes.append("a Gaussian has skewness 0 and kurtosis 3") }
    if series.contains(where: { $0.points.count < $0.recordedCount }) {
      notes.append(
        series.map { "layer \($0.layer): \($0.points.count) of \($0.recordedCount) recorded steps" }
          .joined(separator: "; "))
    }
    return notes
  }

  private var table: TextTable { table(isExact: false) }

  private func table(isExact: Bool) -> TextTable {
    let (levels, hasHigherMoments) = (levels, hasHigherMoments)
    let coordinates: [TextTable.Column] =
      isExact
      ? [.text("run"), .text("tap"), .text("population"), .text("statistics"), .text("unit")] : []
    var table = TextTable(
      coordinates + [
        .number("layer"), .number("step"), .number("count"), .number("mean"), .number("sd"),
      ]
        + (hasHigherMoments ? [.number("skewness"), .number("kurtosis")] : [])
        + levels.map { .number("q\(NumberFormat.text($0))") }
        + [.number("non_finite_count")])
    func cell(_ value: Double?) -> String {
      value.map { isExact ? NumberFormat.text($0) : NumberFormat.significant($0) } ?? ""
    }
    for series in series {
      let beginning =
        isExact
        ? [
          run.uuid, series.tap.rawValue, series.population.rawValue, series.statistics.rawValue,
          series.unit.map { "\($0)" } ?? "median",
        ] : []
      for point in series.points {
        let quantiles = levels.map { level in
          series.levels.firstIndex(of: level).flatMap { point.quantiles[$0] }
        }
        table.add(
          beginning + ["\(series.layer)", "\(point.step)", "\(point.count)"]
            + ([point.mean, point.deviation]
            + (hasHigherMoments ? [point.skewness, point.kurtosis] : []) + quantiles).map(cell)
            + ["\(point.nonFiniteCount)"])
      }
    }
    return table
  }

  // MARK: - JSON

  private struct Document: Encodable {
    let schema = JSONOutput.schema
    let run: String
    let points: [Line]

    init(run: Run, lines: [Line]) {
      self.run = run.uuid
      points = lines
    }
  }

  /// One point with everything that gives it a meaning.
  private struct Line: Encodable {
    struct Quantile: Encodable {
      let level: Double
      let value: Double?
    }

    let schema = JSONOutput.schema
    let run: String
    let layer: Int
    let tap: String
    let population: String
    let statistics: String
    let unit: Int?
    let units: Int
    let step: Int
    let count: Int
    let nonFiniteCount: Int
    let mean: Double?
    let deviation: Double?
    let skewness: Double?
    let kurtosis: Double?
    let quantiles: [Quantile]

    private enum CodingKeys: String, CodingKey {
      case schema, run, layer, tap, population, statistics, unit, units, step, count, mean, skewness
      case kurtosis, quantiles
      case nonFiniteCount = "non_finite_count"
      case deviation = "sd"
    }
  }

  private var lines: [Line] {
    series.flatMap { series in
      series.points.map { point in
        Line(
          run: run.uuid, layer: series.layer, tap: series.tap.rawValue,
          population: series.population.rawValue, statistics: series.statistics.rawValue,
          unit: series.unit, units: series.width, step: point.step, count: point.count,
          nonFiniteCount: point.nonFiniteCount, mean: point.mean, deviation: point.deviation,
          skewness: point.skewness, kurtosis: point.kurtosis,
          quantiles: zip(series.levels, point.quantiles).map {
            Line.Quantile(level: $0, value: $1)
          })
      }
    }
  }
}
