package import RunModel
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

  /// Writes the series in `format`, piece by piece where there may be many points.
  ///
  /// - Throws: what `append` throws.
  package func write(
    _ format: OutputFormat, isStyled: Bool, _ append: (_ text: String) throws -> Void
  ) throws {
    switch format {
    case .table:
      try append(notes.map { "# \($0)\n" }.joined() + table.aligned(isStyled: isStyled))
    case .csv: try writeCommaSeparated(append)
    case .json: try append(JSONOutput.document(document))
    case .ndjson:
      for series in document.series {
        for point in series.points {
          try append(JSONOutput.line(Line(run: run, series, point)) + "\n")
        }
      }
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
    notes += noiseNotes
    guard first.windowSteps == 1 else {
      return notes + [
        series.map {
          "layer \($0.layer): \($0.recordedCount) recorded steps, pooled over windows of \($0.windowSteps)"
        }.joined(separator: "; ")
      ]
    }
    let uncompared = coordinates.reference.uncomparedCount
    if series.contains(where: { $0.points.count < $0.recordedCount - uncompared }) {
      notes.append(
        series.map { "layer \($0.layer): \($0.points.count) of \($0.recordedCount) recorded steps" }
          .joined(separator: "; "))
    }
    return notes
  }

  /// What of batches' shifts is sampling noise, or that nobody knows.
  private var noiseNotes: [String] {
    guard hasFloors else {
      guard let first = series.first, first.coordinates.hasSamplingNoise else { return [] }
      guard first.windowSteps == 1 else {
        return [
          "Pooled steps have no sampling floor: batches of one epoch share no example, so that a pool of many has less noise "
            + "than as many independent examples."
        ]
      }
      return [
        "The noise of batches was not measured in this run, so no sampling floor is known; record with --noise-every."
      ]
    }
    let levels = series.compactMap { series in
      series.noise.map { noise in
        let figures = [noise.rho, noise.kurtosis, noise.degreesOfFreedom].map {
          $0.map { NumberFormat.significant($0, 3) } ?? "unknown"
        }
        return
          "layer \(series.layer) \(figures.joined(separator: ", ")) (\(noise.batchCount) batches at \(noise.steps.count) steps)"
      }
    }
    return [
      "squared_nw2: W2² in variances as measured with the noise, mean over units; floor: what of it sampling alone gives; "
        + "debiased: the difference, and its approximate 95 % confidence interval; distinguishable: whether it is at least "
        + "twice its floor",
      "rho and effective kurtosis, medians over units, and degrees of freedom, all measured with the weights held: "
        + levels.joined(separator: "; "),
    ]
  }

  private var hasFloors: Bool { series.contains { $0.noise != nil } }

  private static let floorColumns = [
    "squared_nw2", "floor", "debiased", "debiased_low", "debiased_high", "distinguishable",
  ]

  /// The columns of a shift next to its floor, empty where the floor is unknown.
  private static func floorCells(_ shift: FlooredShift?, _ number: (Double) -> String) -> [String] {
    guard let shift else { return floorColumns.map { _ in "" } }
    let interval = shift.confidenceInterval
    return [shift.value, shift.floor, shift.debiased].map(number)
      + [interval?.lowerBound, interval?.upperBound].map { $0.map(number) ?? "" }
      + [shift.isDistinguishable ? "yes" : "no"]
  }

  private var table: TextTable {
    let measures = series.first?.measures ?? []
    let hasFloors = hasFloors
    var table = TextTable(
      [.number("layer"), .number("step"), .number("reference_step")]
        + measures.map { .number($0.rawValue) }
        + (hasFloors ? ShiftReport.floorColumns.map { .number($0) } : [])
        + [.number("units"), .number("excluded_units")])
    for series in series {
      for point in series.points {
        let values = point.values.map { $0.map { NumberFormat.significant($0) } ?? "" }
        let floor =
          hasFloors ? ShiftReport.floorCells(point.floored) { NumberFormat.significant($0) } : []
        table.add(
          ["\(series.layer)", "\(point.step)", "\(point.referenceStep)"] + values + floor
            + ["\(series.width)", "\(point.excludedUnits.max() ?? 0)"])
      }
    }
    return table
  }

  /// A row for each layer and step, each with its coordinates.
  private func writeCommaSeparated(_ append: (_ text: String) throws -> Void) throws {
    let measures = series.first?.measures ?? []
    try append(
      CommaSeparated.line(
        [
          "run", "tap", "population", "statistics", "reference", "aggregate", "layer", "step",
          "reference_step",
        ] + measures.map(\.rawValue) + ["units", "excluded_units", "window_steps"]
          + ShiftReport.floorColumns))
    var piece = TextBuffer()
    for series in series {
      let coordinates = series.coordinates
      let beginning = [
        run.uuid, coordinates.tap.rawValue, coordinates.population.rawValue,
        coordinates.statistics.rawValue, coordinates.reference.description,
        series.aggregate.rawValue, "\(series.layer),",
      ].joined(separator: ",")
      let beginningBytes = Array(beginning.utf8)
      func end(excludedUnits: Int) -> [UInt8] {
        let unknownFloor = String(repeating: ",", count: ShiftReport.floorColumns.count) + "\n"
        return Array(
          (",\(series.width),\(excludedUnits),\(series.windowSteps)"
            + (series.noise == nil ? unknownFloor : "")).utf8)
      }
      let usualEnd = end(excludedUnits: 0)
      for point in series.points {
        piece.append(beginningBytes)
        piece.append(point.step)
        piece.appendComma()
        piece.append(point.referenceStep)
        var excludedUnits = 0
        for summary in point.summaries {
          piece.appendComma()
          if let value = summary.value { piece.append(value) }
          excludedUnits = max(excludedUnits, summary.excluded)
        }
        piece.append(excludedUnits == 0 ? usualEnd : end(excludedUnits: excludedUnits))
        if series.noise != nil {
          let floor = ShiftReport.floorCells(point.floored) { String($0) }
          piece.append(Array((",\(floor.joined(separator: ","))\n").utf8))
        }
        guard piece.count >= ShiftReport.pieceBytes else { continue }
        try append(piece.text)
        piece.removeAll()
      }
    }
    try append(piece.text)
  }

  private static let pieceBytes = 1 << 16

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
      let noise: Noise?
      let points: [Point]

      private enum CodingKeys: String, CodingKey {
        case layer, tap, population, statistics, reference, aggregate, units, epsilon, caution,
          noise, points
        case recordedSteps = "recorded_steps"
        case windowSteps = "window_steps"
      }
    }
    struct Noise: Encodable {
      let rho: Double?
      let kurtosis: Double?
      let degreesOfFreedom: Double?
      let steps: [Int]
      let batches: Int

      private enum CodingKeys: String, CodingKey {
        case rho, kurtosis, steps, batches
        case degreesOfFreedom = "degrees_of_freedom"
      }

      init(_ noise: NoiseSummary) {
        rho = noise.rho
        kurtosis = noise.kurtosis
        degreesOfFreedom = noise.degreesOfFreedom
        steps = noise.steps
        batches = noise.batchCount
      }
    }
    struct Floored: Encodable {
      let squaredNW2: Double
      let floor: Double
      let debiased: Double
      let confidenceInterval: [Double]?
      let distinguishable: Bool

      private enum CodingKeys: String, CodingKey {
        case floor, debiased, distinguishable
        case squaredNW2 = "squared_nw2"
        case confidenceInterval = "confidence_interval"
      }

      init(_ shift: FlooredShift) {
        squaredNW2 = shift.value
        floor = shift.floor
        debiased = shift.debiased
        confidenceInterval = shift.confidenceInterval.map { [$0.lowerBound, $0.upperBound] }
        distinguishable = shift.isDistinguishable
      }
    }
    struct Point: Encodable {
      let step: Int
      let referenceStep: Int
      let values: [String: Double?]
      let excludedUnits: [String: Int]
      let sampling: Floored?

      private enum CodingKeys: String, CodingKey {
        case step, values, sampling
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
          noise: series.noise.map(Document.Noise.init),
          points: series.points.map { point in
            Document.Point(
              step: point.step, referenceStep: point.referenceStep,
              values: Dictionary(uniqueKeysWithValues: zip(names, point.values)),
              excludedUnits: Dictionary(uniqueKeysWithValues: zip(names, point.excludedUnits)),
              sampling: point.floored.map(Document.Floored.init))
          })
      })
  }
}
