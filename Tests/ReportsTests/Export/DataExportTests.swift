import Migrations
import Reports
import RunModel
@testable import RunStore
import SQLite
import Statistics
import TestSupport
import Testing

@Suite("All recorded data")
struct DataExportTests {
  let runs: RecordedRuns
  let site = Site(
    layer: 2, tap: .preactivation, population: .probe, statistics: .batch, width: 2, epsilon: 0.001,
    layerName: "fc, 1", layerKind: "Linear", shape: [2], activation: "relu", derivesNormalized: true
  )

  /// Two runs with rows in every table but `sealed`.
  init() throws {
    runs = try RecordedRuns()
    for (name, tag) in [("first", "a \"word\""), ("second", "b")] {
      let recorder = try RunRecorder(
        database: runs.database,
        run: NewRun(name: name, configuration: #"{"layers": [2]}"#, tags: ["goal": tag]),
        seals: false)
      try record(recorder)
      try recorder.end(.finished)
    }
  }

  func record(_ recorder: RunRecorder) throws {
    let axis = try #require(HistogramAxis(bins: 2, lower: [0, -1], upper: [30, 1]))
    for step in 0..<130 {
      let number = Float(step) / 3
      recorder.record(
        site, step: step, count: 8, nonFiniteCount: step == 3 ? 1 : 0,
        mean: [step == 3 ? .nan : number, .leastNonzeroMagnitude],
        variance: [0.1, step == 3 ? .infinity : number], affine: ([1, -number], [0, 123_456_792]),
        higherMoments: step % 50 == 0 ? ([number, .nan], [3, 4]) : nil)
      if step % 50 == 0 {
        var histograms = FeatureHistograms(axis: axis)
        let rows = [number, 0.5]
        histograms.add(rows: rows.span)
        recorder.record(histograms, at: site, step: step)
        recorder.record(
          FeatureQuantiles(levels: [0.1, 0.5], values: [[0, number], [1, .infinity]]), at: site,
          step: step)
        let isOld = step == 0
        recorder.record(
          BatchNoiseRecord(
            step: step, batchCount: 2, count: 8, rho: [1, number], kurtosis: [3, .nan],
            variance: isOld ? nil : [0.5, 2], degreesOfFreedom: isOld ? nil : 1.0 / 3), at: site)
        recorder.record(
          GradientShiftRecord(
            step: step, layer: 2, gradientNorm: 0.1 + 0.2, differenceNorm: 0, cosine: .nan))
        recorder.record(
          LandscapeRecord(
            step: step, stepLength: 0.1, loss: .nan, gradientNorm: 1, differenceNorm: .infinity))
        recorder.record(
          EventRecord(step: step, layer: isOld ? nil : 2, kind: .alarm, message: "one,\n\"two\""))
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: .running, loss: 1.0 / 3, accuracy: .nan, count: 5)
        )
        try recorder.record(Checkpoint(step: step, tensors: Array(repeating: 7, count: step + 1)))
      }
      try recorder.record(
        step % 2 == 0
          ? StepRecord(
            step: step, loss: 1 / Double(step), accuracy: .nan, learningRate: 0.1, batchSize: 8,
            duration: 1e-5)
          : StepRecord(step: step, loss: 1 / Double(step), accuracy: .nan))
    }
  }

  func text(_ format: OutputFormat) throws -> String {
    let database = runs.database
    return try DataExport.answer(database.runs(), database.recordedTables(), in: database)
      .text(format)
  }

  /// The rows of a table as the file has them: by column, and with the run and the site that each belongs to.
  func storedRows(of table: RunTable) throws -> [[String: String]] {
    var joins = "JOIN run ON run.id = \(table.owner == .run ? table.name : "site").run"
    var owners = ["run.uuid AS run", "run.name AS run_name"]
    if table.owner != .run {
      joins =
        "JOIN site ON site.id = \(table.owner == .site ? table.name : "moment").site \(joins)"
      owners += ["layer", "layer_name", "tap", "population", "statistics"].map { "site.\($0)" }
    }
    if table.owner == .moment {
      joins = "JOIN moment ON moment.id = \(table.name).moment \(joins)"
      owners.append("moment.step")
    }
    let columns = try runs.database.connection.rows(
      "SELECT name, type FROM pragma_table_info(?)", [.text(table.name)]
    ) { (name: $0.text(0), type: $0.text(1)) }.filter {
      !["id", table.owner.rawValue].contains($0.name) && !$0.name.hasSuffix("_is_nan")
    }
    if table.owner == .run, columns.contains(where: { $0.name == "layer" }), table.name != "site" {
      owners.append(
        "(SELECT max(layer_name) FROM site WHERE site.run = run.id AND site.layer = \(table.name).layer) AS layer_name"
      )
    }
    let selected = owners + columns.map { "\(table.name).\($0.name)" }
    return try runs.database.connection.rows(
      "SELECT \(selected.joined(separator: ", ")) FROM \(table.name) \(joins)"
    ) { row in
      var cells: [String: String] = [:]
      for (index, owner) in owners.enumerated() {
        let name = owner.split { " .".contains($0) }.last ?? ""
        cells[String(name)] = row.text(index)
      }
      for (offset, column) in columns.enumerated() {
        let index = owners.count + offset
        let isFile = table.encoding == .file && table.vectors.contains(column.name)
        cells[column.name + (isFile ? "_bytes" : "")] =
          isFile ? "\(row.byteCount(index))" : text(row, index, column.type, table, column.name)
      }
      return cells.filter { !$0.value.isEmpty }
    }
  }

  func text(
    _ row: borrowing Row, _ index: Int, _ type: String, _ table: RunTable, _ column: String
  ) -> String {
    func number(_ value: Double) -> String {
      value.isNaN ? "NaN" : value.isInfinite ? value < 0 ? "-Infinity" : "Infinity" : "\(value)"
    }
    if row.isNull(index) {
      return table.nanColumns.contains(column) || table.markedColumns.contains(column) ? "NaN" : ""
    }
    switch type {
    case "INTEGER" where table.truths.contains(column):
      return row.integer(index) == 1 ? "true" : "false"
    case "REAL": return number(row.real(index))
    case "BLOB":
      let words = HistogramCounts.counts(of: row.bytes(index))
      return words.map {
        let value = Float(bitPattern: $0)
        return table.encoding == .counts
          ? "\($0)" : value.isFinite ? "\(value)" : number(Double(value))
      }.joined(separator: " ")
    default: return row.text(index)
    }
  }

  @Test(
    "Every row of every table is there, to the last digit",
    arguments: RunTable.all.filter { $0.encoding != .sealed })
  func everyTable(table: RunTable) throws {
    let stored = try storedRows(of: table)
    #expect(!stored.isEmpty, "No row of \(table.name) was recorded, so that none is compared.")
    let columns = Set(stored.flatMap(\.keys))
    let document = AnswerDocument(csv: try text(.csv))
    let exported = document.rows(of: table.owner == .moment ? "moment" : table.name)
      .map { row in
        row.compactMapValues(\.text).filter { columns.contains($0.key) }
      }
      // Few moments have skewness and kurtosis.
      .filter { row in table.owner != .moment || table.vectors.contains { row[$0] != nil } }
    func lines(_ rows: [[String: String]]) -> [String] {
      rows.map { row in row.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ";")
      }
      .sorted()
    }
    #expect(lines(exported) == lines(stored))
  }

  @Test("A run has its row, with tags, configuration and provenance")
  func runRows() throws {
    let rows = AnswerDocument(csv: try text(.csv)).rows(of: "run")
    #expect(rows.map { $0["run_name"]?.text } == ["first", "second"])
    #expect(rows[0]["configuration"]?.text == #"{"layers":[2]}"#)
    #expect(rows[0]["tags"]?.text == #"{"goal":"a \"word\""}"#)
    #expect(rows[0]["steps"]?.text == "130" && rows[0]["provenance"]?.text == "{}")
  }

  @Test("JSON has the same rows, vectors as lists, and numbers that are not finite as strings")
  func json() throws {
    let text = try text(.json)
    let document = try AnswerDocument(json: text)
    let csv = AnswerDocument(csv: try self.text(.csv))
    #expect(document.schema == 2 && document.columns == csv.columns)
    #expect(document.rows.count == csv.rows.count)
    let width = csv.columns.count
    for (json, csv) in zip(document.rows, csv.rows) {
      #expect(csv.count == width)
      #expect(AnswerDocument.areAlike(json, csv: csv))
    }
    #expect(text.contains(#""mean":["NaN",1e-45],"variance":[0.1,"Infinity"]"#))
    #expect(text.contains(#""learning_rate":null,"batch_size":null,"duration":null"#))
    #expect(text.contains(#""accuracy":"NaN","learning_rate":0.1,"batch_size":8"#))
    #expect(text.contains(#""layer_kind":"Linear","shape":"[2]""#))
    #expect(text.contains(#""counts":[0,1,0,0,0,0,1,0]"#))
    #expect(try AnswerDocument(ndjson: self.text(.ndjson)).rows.count == csv.rows.count)
  }

  @Test("A vector of another length is reported as damage")
  func damage() throws {
    try runs.database.connection.run("UPDATE batch_noise SET rho = zeroblob(4)")
    let error = #expect(throws: StoreError.self) { try text(.csv) }
    #expect(error?.kind == .badDatabase && error?.description.contains("is damaged") == true)
  }
}
