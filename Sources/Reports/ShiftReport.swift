package import RunStore
package import ShiftAnalysis
import Statistics

/// Shift series of one run, with the coordinates that they mean nothing without.
package struct ShiftReport {
  private let run: Run
  private let series: [ShiftSeries]

  /// Prepares the series of `run`.
  package init(_ series: [ShiftSeries], of run: Run) {
    self.run = run
    self.series = series
  }

  /// The series in `format`.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .table:
      return notes.map { "# \($0)\n" }.joined() + table.aligned(isStyled: isStyled)
    case .csv: return commaSeparated
    case .json: return try JSONOutput.document(document)
    case .ndjson:
      var text = ""
      for series in document.series {
        for point in series.points {
          text += try JSONOutput.line(Line(run: run, series, point)) + "\n"
        }
      }
      return text
    }
  }

  /// What the table's reader must know beside the numbers.
  private var notes: [String] {
    guard let first = series.first else { return [] }
    let coordinates = first.coordinates
    var notes = [
      "run \(run.shortID) (\(run.name.withoutControlCharacters)): tap \(coordinates.tap.rawValue), population "
        + "\(coordinates.population.rawValue), statistics \(coordinates.statistics.rawValue), reference "
        + "\(coordinates.reference); \(first.aggregate.rawValue) over the units of a layer"
    ]
    let definitions = first.measures.map { "\($0.rawValue): \($0.definition), \($0.unit)" }
    notes += definitions
    if let caution = coordinates.caution { notes.append(caution) }
    guard first.windowSteps == 1 else {
      return notes + [
        series.map {
          "layer \($0.layer): \($0.recordedCount) recorded steps, pooled over windows of \($0.windowSteps)"
        }.joined(separator: "; ")
      ]
    }
    // The first recorded step has none before it to be compared with.
    let uncompared = coordinates.reference == .previous ? 1 : 0
    if series.contains(where: { $0.points.count < $0.recordedCount - uncompared }) {
      notes.append(
        series.map { "layer \($0.layer): \($0.points.count) of \($0.recordedCount) recorded steps" }
          .joined(separator: "; "))
    }
    return notes
  }

  private var table: TextTable {
    let measures = series.first?.measures ?? []
    var table = TextTable(
      [.number("layer"), .number("step"), .number("reference_step")]
        + measures.map { .number($0.rawValue) } + [.number("units"), .number("excluded_units")])
    for series in series {
      for point in series.points {
        let values = point.values.map { $0.map { NumberFormat.significant($0) } ?? "" }
        table.add(
          ["\(series.layer)", "\(point.step)", "\(point.referenceStep)"] + values
            + ["\(series.width)", "\(point.excludedUnits.max() ?? 0)"])
      }
    }
    return table
  }

  /// A row for each layer and step, each with its coordinates; appended to one text, since there may be many.
  private var commaSeparated: String {
    let measures = series.first?.measures ?? []
    var text = CommaSeparated.line(
      [
        "run", "tap", "population", "statistics", "reference", "aggregate", "layer", "step",
        "reference_step",
      ] + measures.map(\.rawValue) + ["units", "excluded_units", "window_steps"])
    for series in series {
      let coordinates = series.coordinates
      let beginning = [
        run.uuid, coordinates.tap.rawValue, coordinates.population.rawValue,
        coordinates.statistics.rawValue, coordinates.reference.description,
        series.aggregate.rawValue, "\(series.layer)",
      ].joined(separator: ",")
      let end = ",\(series.windowSteps)\n"
      let width = ",\(series.width),"
      // Piece by piece, as an interpolation would make a text of its own for each row.
      for point in series.points {
        text += beginning
        text += ","
        text += String(point.step)
        text += ","
        text += String(point.referenceStep)
        for value in point.values {
          text += ","
          if let value { text += String(value) }
        }
        text += width
        text += String(point.excludedUnits.max() ?? 0)
        text += end
      }
    }
    return text
  }

  // MARK: - JSON

  private struct Document: Encodable {
    struct RunName: Encodable {
      let id: String
      let name: String
    }
    struct Measure: Encodable {
      let name: String
      let title: String
      let unit: String
      let definition: String
    }
    struct Series: Encodable {
      let layer: Int
      let tap: String
      let population: String
      let statistics: String
      let reference: String
      let aggregate: String
      let units: Int
      let epsilon: Double
      let caution: String?
      let recordedSteps: Int
      let windowSteps: Int
      let points: [Point]

      private enum CodingKeys: String, CodingKey {
        case layer, tap, population, statistics, reference, aggregate, units, epsilon, caution,
          points
        case recordedSteps = "recorded_steps"
        case windowSteps = "window_steps"
      }
    }
    struct Point: Encodable {
      let step: Int
      let referenceStep: Int
      let values: [String: Double?]
      let excludedUnits: [String: Int]

      private enum CodingKeys: String, CodingKey {
        case step, values
        case referenceStep = "reference_step"
        case excludedUnits = "excluded_units"
      }
    }

    let schema = JSONOutput.schema
    let run: RunName
    let measures: [Measure]
    let series: [Series]
  }

  /// One point on a line of its own, with everything that gives it a meaning.
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
    let windowSteps: Int
    let point: Document.Point

    private enum CodingKeys: String, CodingKey {
      case schema, run, layer, tap, population, statistics, reference, aggregate, units, point
      case windowSteps = "window_steps"
    }

    init(run: Run, _ series: Document.Series, _ point: Document.Point) {
      self.run = run.uuid
      layer = series.layer
      tap = series.tap
      population = series.population
      statistics = series.statistics
      reference = series.reference
      aggregate = series.aggregate
      units = series.units
      windowSteps = series.windowSteps
      self.point = point
    }
  }

  private var document: Document {
    Document(
      run: Document.RunName(id: run.uuid, name: run.name),
      measures: (series.first?.measures ?? []).map {
        Document.Measure(
          name: $0.rawValue, title: $0.title, unit: $0.unit, definition: $0.definition)
      },
      series: series.map { series in
        let names = series.measures.map(\.rawValue)
        return Document.Series(
          layer: series.layer, tap: series.coordinates.tap.rawValue,
          population: series.coordinates.population.rawValue,
          statistics: series.coordinates.statistics.rawValue,
          reference: series.coordinates.reference.description, aggregate: series.aggregate.rawValue,
          units: series.width, epsilon: series.epsilon, caution: series.coordinates.caution,
          recordedSteps: series.recordedCount, windowSteps: series.windowSteps,
          points: series.points.map { point in
            Document.Point(
              step: point.step, referenceStep: point.referenceStep,
              values: Dictionary(uniqueKeysWithValues: zip(names, point.values)),
              excludedUnits: Dictionary(uniqueKeysWithValues: zip(names, point.excludedUnits)))
          })
      })
  }
}
