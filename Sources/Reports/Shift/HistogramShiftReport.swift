package import RunModel
package import ShiftAnalysis
import Statistics

/// Shift series of one run from histograms, with the coordinates that they mean nothing without.
package struct HistogramShiftReport {
  private let run: Run
  private let series: [HistogramShiftSeries]

  /// Prepares the series of `run`.
  package init(_ series: [HistogramShiftSeries], of run: Run) {
    self.run = run
    self.series = series
  }

  /// The series in `format`.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table:
      notes.map { "# \($0)\n" }.joined() + table(isExact: false).aligned(isStyled: isStyled)
    case .csv: table(isExact: true).commaSeparated
    case .json: try JSONOutput.document(document)
    case .ndjson: try lines.map { try JSONOutput.line($0) + "\n" }.joined()
    }
  }

  private var measures: [HistogramMeasure] { series.first?.measures ?? [] }

  private var notes: [String] {
    guard let first = series.first else { return [] }
    let coordinates = first.coordinates
    let counts = series.flatMap { $0.points.map(\.count) }
    var notes = [
      "run \(run.shortID) (\(run.name.withoutControlCharacters)): tap \(coordinates.tap.rawValue), population "
        + "\(coordinates.population.rawValue), statistics \(coordinates.statistics.rawValue), reference "
        + "\(coordinates.reference); \(first.aggregate.rawValue) over the units of a layer",
      "histograms of \(counts.max() ?? 0) numbers in \(first.bins) bins of fixed edges, and two more below and above; "
        + "the probe is the same examples at every step, so that every difference is one of the weights",
    ]
    notes += measures.map { "\($0.rawValue): \($0.definition), \($0.unit)" }
    if let caution = coordinates.caution { notes.append(caution) }
    let uncompared = coordinates.reference.uncomparedCount
    if series.contains(where: { $0.points.count < $0.recordedCount - uncompared }) {
      notes.append(
        series.map { "layer \($0.layer): \($0.points.count) of \($0.recordedCount) recorded steps" }
          .joined(separator: "; "))
    }
    return notes
  }

  private func table(isExact: Bool) -> TextTable {
    let coordinates: [TextTable.Column] =
      isExact
      ? [
        .text("run"), .text("tap"), .text("population"), .text("statistics"), .text("reference"),
        .text("aggregate"),
      ] : []
    var table = TextTable(
      coordinates + [.number("layer"), .number("step"), .number("reference_step")]
        + measures.map { .number($0.rawValue) }
        + [.number("count"), .number("bins"), .number("units"), .number("excluded_units")])
    for series in series {
      let beginning =
        isExact
        ? [
          run.uuid, series.coordinates.tap.rawValue, series.coordinates.population.rawValue,
          series.coordinates.statistics.rawValue, series.coordinates.reference.description,
          series.aggregate.rawValue,
        ] : []
      for point in series.points {
        let values = point.values.map { value in
          value.map { isExact ? NumberFormat.text($0) : NumberFormat.significant($0) } ?? ""
        }
        table.add(
          beginning + ["\(series.layer)", "\(point.step)", "\(point.referenceStep)"] + values
            + ["\(point.count)", "\(series.bins)", "\(series.width)", "\(point.excludedUnits)"])
      }
    }
    return table
  }

  // MARK: - JSON

  private struct Document: Encodable {
    struct Measure: Encodable {
      let name: String
      let title: String
      let unit: String
      let definition: String
    }

    let schema = JSONOutput.schema
    let run: String
    let measures: [Measure]
    let points: [Line]
  }

  /// One point with everything that gives it a meaning.
  private struct Line: Encodable {
    let schema = JSONOutput.schema
    let run: String
    let layer: Int
    let tap: String
    let population: String
    let statistics: String
    let reference: String
    let aggregate: String
    let units: Int
    let bins: Int
    let count: Int
    let step: Int
    let referenceStep: Int
    let values: [String: Double?]
    let excludedUnits: Int

    private enum CodingKeys: String, CodingKey {
      case schema, run, layer, tap, population, statistics, reference, aggregate, units, bins, count
      case step, values
      case referenceStep = "reference_step"
      case excludedUnits = "excluded_units"
    }
  }

  private var document: Document {
    Document(
      run: run.uuid,
      measures: measures.map {
        Document.Measure(
          name: $0.rawValue, title: $0.title, unit: $0.unit, definition: $0.definition)
      },
      points: lines)
  }

  private var lines: [Line] {
    series.flatMap { series in
      series.points.map { point in
        Line(
          run: run.uuid, layer: series.layer, tap: series.coordinates.tap.rawValue,
          population: series.coordinates.population.rawValue,
          statistics: series.coordinates.statistics.rawValue,
          reference: series.coordinates.reference.description,
          aggregate: series.aggregate.rawValue, units: series.width, bins: series.bins,
          count: point.count, step: point.step, referenceStep: point.referenceStep,
          values: Dictionary(
            zip(series.measures.map(\.rawValue), point.values),
            uniquingKeysWith: { first, _ in first }),
          excludedUnits: point.excludedUnits)
      }
    }
  }
}
