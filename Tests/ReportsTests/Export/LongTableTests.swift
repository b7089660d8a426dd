import Reports
import RunModel
import RunStore
import Statistics
import TestSupport
import Testing

@Suite("One recorded table, a row for each unit")
struct LongTableTests {
  let runs: RecordedRuns

  init() throws {
    runs = try RecordedRuns()
    let recorder = try runs.recorder("run")
    let site = Site(
      layer: 2, tap: .input, population: .batch, statistics: .batch, width: 2, epsilon: 0.001,
      layerName: "bn")
    let axis = try #require(HistogramAxis(bins: 2, lower: [0, -1], upper: [1, 1]))
    for step in 0..<2 {
      recorder.record(
        site, step: step, count: 8, nonFiniteCount: 0, mean: [0.5, Float(step)],
        variance: [.nan, 2], affine: ([1, 1], [0, 3]),
        higherMoments: step == 0 ? ([0.25, 0], [3, 4]) : nil)
      try recorder.record(StepRecord(step: step, loss: 0.5, accuracy: .nan))
    }
    var histograms = FeatureHistograms(axis: axis)
    let rows: [Float] = [-3, 0.5, 0.75, 0.5]
    histograms.add(rows: rows.span)
    recorder.record(histograms, at: site, step: 1)
    recorder.record(EventRecord(step: 1, layer: 2, kind: .note, message: "a, b"))
    try recorder.end(.finished)
  }

  func document(_ table: String) throws -> AnswerDocument {
    let answer = try #require(try self.answer(table))
    let csv = AnswerDocument(csv: try answer.text(.csv))
    let json = try AnswerDocument(json: answer.text(.json))
    #expect(json.columns == csv.columns && json.rows.count == csv.rows.count)
    #expect(zip(json.rows, csv.rows).allSatisfy { AnswerDocument.areAlike($0, csv: $1) })
    #expect(try AnswerDocument(ndjson: answer.text(.ndjson)).rows == json.rows)
    return csv
  }

  func answer(_ table: String) throws -> Answer? {
    let database = runs.database
    return try LongTable.answer(
      database.runs(), table, among: database.recordedTables(), in: database)
  }

  @Test("A moment has a row for each unit, with the columns of its table alone")
  func moments() throws {
    let document = try document("moment")
    #expect(
      document.columns == [
        "run", "run_name", "layer", "layer_name", "tap", "population", "statistics", "step",
        "count", "non_finite_count", "unit", "mean", "variance", "gamma", "beta", "skewness",
        "kurtosis",
      ])
    let cells = document.rows.map { row in
      ["layer_name", "step", "unit", "count", "mean", "variance", "beta", "skewness"].map {
        row[$0]?.text ?? ""
      }.joined(separator: " ")
    }
    #expect(
      cells == [
        "bn 0 1 8 0.5 NaN 0.0 0.25", "bn 0 2 8 0.0 2.0 3.0 0.0", "bn 1 1 8 0.5 NaN 0.0 ",
        "bn 1 2 8 1.0 2.0 3.0 ",
      ])
  }

  @Test("A histogram has a row for each unit and bin")
  func histograms() throws {
    let document = try document("histogram")
    let cells = document.rows.map { row in
      ["unit", "bin", "counts"].map { row[$0]?.text ?? "" }.joined(separator: " ")
    }
    #expect(
      cells == [
        "1 0 1", "1 1 0", "1 2 1", "1 3 0", "2 0 0", "2 1 0", "2 2 2", "2 3 0",
      ])
  }

  @Test("A table without vectors has its rows")
  func others() throws {
    #expect(try document("step").rows.map { $0["step"]?.text } == ["0", "1"])
    #expect(!(try document("step").columns.contains("unit")))
    let event = try document("event").rows[0]
    #expect(event["layer_name"]?.text == "bn" && event["message"]?.text == "a, b")
    #expect(try document("run").rows[0]["run_name"]?.text == "run")
    #expect(try answer("nothing") == nil)
  }

  @Test("Every table that has a name has an answer, also as Markdown")
  func names() throws {
    let names = LongTable.names(try runs.database.recordedTables())
    #expect(names.count > 10 && Set(names).count == names.count)
    for name in names {
      let answer = try #require(try answer(name))
      #expect(try answer.text(.md).hasPrefix("|"))
    }
  }
}
