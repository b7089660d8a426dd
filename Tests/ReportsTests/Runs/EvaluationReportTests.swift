import Reports
import RunModel
import RunStore
import ShiftAnalysis
import TestSupport
import Testing

@Suite("Evaluations in reports")
struct EvaluationReportTests {
  let runs: RecordedRuns

  init() throws {
    runs = try RecordedRuns()
  }

  /// A finished run of 10 steps whose test split was evaluated by `accuracies` at its end.
  func record(_ name: String, _ accuracies: [StatisticsMode: Double?]) throws -> Run {
    let recorder = try runs.recorder(name)
    try runs.steps(0..<10, recorder) { _ in 0.5 }
    for (statistics, accuracy) in accuracies {
      recorder.record(
        EvaluationRecord(
          step: 10, split: .test, statistics: statistics, loss: 0.25, accuracy: accuracy, count: 8))
    }
    try recorder.end(.finished)
    return try runs.database.run(name)
  }

  /// The summary of the evaluations of a run, on one line.
  func summary(of run: Run) throws -> String {
    let watched = WatchedRun(
      run, stepsPerSecond: nil, losses: PooledSeries(), accuracies: PooledSeries(),
      evaluations: try runs.database.lastEvaluations(of: run), shifts: [],
      of: try runs.database.layers(of: run), events: [])
    return RunSummary(watched, vectorBytes: 0).lines(width: nil, .blocks)[0]
  }

  /// The cells of the column `name` of CSV text.
  func column(_ name: String, of text: String) throws -> [String] {
    let rows = text.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let index = try #require(rows.first?.firstIndex(of: name))
    return rows.dropFirst().map { $0[index] }
  }

  @Test("An accuracy that was NaN is NaN, as a loss is, and one that nobody gave is missing")
  func unknown() throws {
    let recorder = try runs.recorder("unknown")
    let figures: [(Double?, Double?)] = [(.nan, .nan), (nil, nil), (0.5, nil), (nil, 0.25)]
    for (step, (loss, accuracy)) in figures.enumerated() {
      recorder.record(
        EvaluationRecord(
          step: step, split: .test, statistics: .none, loss: loss, accuracy: accuracy))
      try recorder.record(StepRecord(step: step, loss: loss, accuracy: accuracy))
    }
    try recorder.end(.finished)
    let (database, run) = (runs.database, try runs.database.run("unknown"))
    for table in ["step", "evaluation"] {
      let tables = try database.recordedTables().filter { $0.name == table }
      let export = try DataExport.answer([run], tables, in: database)
      let rows = try AnswerDocument(json: export.text(.json)).rows(of: table)
      #expect(rows.map { $0["loss"] } == [.text("NaN"), .missing, .number(0.5), .missing])
      #expect(rows.map { $0["accuracy"] } == [.text("NaN"), .missing, .missing, .number(0.25)])
      #expect(rows.allSatisfy { row in !row.keys.contains { $0.hasSuffix("_is_nan") } })
      let lines = try export.text(.csv).split(separator: "\n")
      #expect(lines.count { $0.contains("NaN,NaN") } == 1)
    }
    let details = try AnswerDocument(json: RunDetailReport.answer(run, in: database).text(.json))
    #expect(details.rows(of: "run").map { $0["loss"] } == [.missing])
    #expect(details.rows(of: "run").map { $0["accuracy"] } == [.number(0.25)])
    #expect(try summary(of: run) == "unknown: test accuracy 25.00 % at step 3.")
  }

  @Test("An accuracy that is NaN is written as a NaN loss is")
  func regression() throws {
    let run = try record("regression", [.running: .nan])
    let database = runs.database
    let list = try RunListReport.answer([run], in: database)
    #expect(try column("test_accuracy", of: list.text(.csv)) == ["NaN"])
    let details = try RunDetailReport.answer(run, in: database)
    let evaluation = try AnswerDocument(json: details.text(.json)).rows(of: "evaluation").first
    #expect(evaluation?["accuracy"] == .text("NaN") && evaluation?["examples"] == .number(8))
    #expect(
      try summary(of: run) == "regression: test accuracy NaN and loss 0.25 with running statistics."
    )
    let export = try DataExport.answer([run], database.recordedTables(), in: database)
    let exported = try AnswerDocument(json: export.text(.json)).rows(of: "evaluation")
    #expect(exported.map { $0["accuracy"] } == [.text("NaN")])
    #expect(exported.map { $0["loss"] } == [.number(0.25)])
    let comparison = try ComparisonReport(RunComparison(run, run, in: database))
    #expect(
      try comparison.answer.text(.csv).contains(
        "\"test accuracy, running statistics\",,,,,,,,,NaN,NaN"))
  }

  @Test(
    "A run shows the last evaluation of each split, whatever its word, and what is unknown as missing"
  )
  func splits() throws {
    let recorder = try runs.recorder("splits")
    try runs.steps(0..<10, recorder) { _ in 0.5 }
    let validation = try #require(EvaluationRecord.Split(rawValue: "validation"))
    for (step, split, loss) in [
      (4, validation, 0.5), (5, .train, 0.25), (8, validation, 0.125), (5, .test, 1.0),
    ] as [(Int, EvaluationRecord.Split, Double)] {
      recorder.record(
        EvaluationRecord(step: step, split: split, statistics: .none, loss: loss))
    }
    try recorder.end(.finished)
    let run = try runs.database.run("splits")
    let answer = try RunDetailReport.answer(run, in: runs.database)
    let rows = try AnswerDocument(json: answer.text(.json)).rows(of: "evaluation")
    #expect(rows.map { $0["split"] } == [.text("test"), .text("train"), .text("validation")])
    #expect(rows.map { $0["step"] } == [.number(5), .number(5), .number(8)])
    #expect(rows.map { $0["loss"] } == [.number(1), .number(0.25), .number(0.125)])
    #expect(rows.allSatisfy { $0["examples"] == .missing })
    #expect(
      try summary(of: run)
        == "splits: test loss 1 at step 5; train loss 0.25 at step 5; validation loss 0.125 at step 8."
    )
  }

  @Test("A run without a test split is shown by its validation, and says so")
  func otherSplit() throws {
    let split = try #require(EvaluationRecord.Split(rawValue: "validation"))
    let recorder = try runs.recorder("other")
    try runs.steps(0..<10, recorder) { _ in 0.5 }
    recorder.record(
      EvaluationRecord(step: 10, split: split, statistics: .none, loss: 1, accuracy: 0.75))
    try recorder.end(.finished)
    let run = try runs.database.run("other")
    let list = try RunListReport.answer([run], in: runs.database)
    let row = try #require(AnswerDocument(json: list.text(.json)).rows.first)
    #expect(row["test_accuracy"] == .missing && row["evaluated_accuracy"] == .number(0.75))
    #expect(row["evaluated_split"] == .text("validation"))
    let table = try list.text(.table)
    #expect(table.contains("split") && table.contains("validation") && table.contains("0.75"))
    #expect(!table.contains("test_accuracy"))
    let comparison = try ComparisonReport(RunComparison(run, run, in: runs.database)).answer
    #expect(try comparison.text(.csv).contains("\"validation accuracy, running statistics\""))
    let page = try HTMLReport(of: [run], in: runs.database).html
    for text in [
      "Validation accuracy over training steps", "Last validation accuracy: ",
      "a validation accuracy of at least 75 %",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("test accuracy"))
  }

  @Test("Every format for programs has the numbers with all their digits")
  func digits() throws {
    let (loss, accuracy) = (0.1 + 0.2, 2.0 / 3)
    let recorder = try runs.recorder("digits")
    try runs.steps(0..<10, recorder) { _ in loss }
    recorder.record(
      EvaluationRecord(
        step: 10, split: .test, statistics: .none, loss: loss, accuracy: accuracy, count: 3))
    try recorder.end(.finished)
    let run = try runs.database.run("digits")
    let list = try RunListReport.answer([run], in: runs.database)
    let csv = AnswerDocument(csv: try list.text(.csv))
    #expect(csv.texts(of: "loss") == ["0.30000000000000004"])
    #expect(csv.texts(of: "test_accuracy") == ["\(accuracy)"])
    #expect(csv.texts(of: "elapsed_seconds") == ["\(run.elapsedSeconds)"])
    #expect(try list.text(.table).contains(" 0.3000 "))
    let details = try RunDetailReport.answer(run, in: runs.database)
    for format in [OutputFormat.csv, .json, .ndjson] {
      let text = try details.text(format)
      for number in [loss, accuracy, run.elapsedSeconds] {
        #expect(text.contains("\(number)"), "\(format): \(text)")
      }
    }
    // Numbers are no strings.
    let shown = try #require(try AnswerDocument(ndjson: details.text(.ndjson)).rows.first)
    #expect(shown["loss"] == .number(loss) && shown["steps"] == .number(10))
    let info = try DatabaseInfoReport.answer(runs.database.info()).text(.ndjson)
    let database = try #require(try AnswerDocument(ndjson: info).rows.first)
    #expect(database["free_pages"] == .number(0))
    guard case .truth = database["table_bytes_are_estimated"] else {
      Issue.record("\(database)")
      return
    }
  }

  @Test(
    "A regression beside a classifier is in the page, and does not hide the classifier's levels")
  func regressionPage() throws {
    _ = try record("regression", [.none: nil])
    _ = try record("classifier", [.none: 0.97])
    let text = try HTMLReportTests.page(runs).checker.visibleText
    #expect(
      text.contains("at least 95 %: classifier 10"), "\(text)")
    #expect(text.contains("no accuracy; loss 0.25 of 8, step 10"))
    #expect(!text.contains("regression NaN"))
    #expect(text.contains("0.97") || text.contains("97.00 %"))
  }

  @Test("Population statistics are distinguished, and represent a run after running ones")
  func populationStatistics() throws {
    let full = try record("full", [.batch: 0.5, .running: 0.6, .precise: 0.7, .ioffe: 0.8])
    let partial = try record("partial", [.batch: 0.5, .precise: 0.7, .ioffe: 0.8])
    let list = try RunListReport.answer([full, partial], in: runs.database).text(.csv)
    #expect(try column("test_accuracy", of: list) == ["0.6", "0.7"])
    let words = try summary(of: full)
    #expect(words.hasPrefix("full: test accuracy "))
    #expect(
      words.contains("accuracy 70.00 % and loss 0.25 with precise population statistics"))
    #expect(
      words.contains("accuracy 80.00 % and loss 0.25 with Ioffe-Szegedy population statistics"))
    let comparison = try ComparisonReport(RunComparison(full, partial, in: runs.database))
      .answer.text(.csv)
    #expect(comparison.contains("\"test accuracy, running statistics\",,,,,,,,,0.6,\n"))
    #expect(
      comparison.contains("\"test accuracy, precise population statistics\",,,,,,,,,0.7,0.7"))
    #expect(
      comparison.contains("\"test accuracy, Ioffe-Szegedy population statistics\",,,,,,,,,0.8,0.8"))

    let text = try HTMLReportTests.page(runs).checker.visibleText
    for fact in [
      "final test accuracy, precise population statistics70.00 % of 8, step 10",
      "final test accuracy, Ioffe-Szegedy population statistics80.00 % of 8, step 10",
      "full 60.00 % (running statistics, step 10); "
        + "full 70.00 % (precise population statistics, step 10); "
        + "full 80.00 % (Ioffe-Szegedy population statistics, step 10); "
        + "full 50.00 % (batch statistics, step 10); partial 70.00 %",
      "full 10 (its first evaluation); "
        + "partial 10 (its first evaluation) with precise population statistics.",
      "test accuracy: share of the examples classified correctly: full ends at 60.00 %; partial ends at 70.00 %.",
    ] {
      #expect(text.contains(fact), "\(fact)")
    }
  }

  @Test("Runs that were not evaluated by them have no row for them")
  func withoutPopulationStatistics() throws {
    let plain = try record("plain", [.none: 0.9])
    let normalized = try record("normalized", [.running: 0.9])
    let comparison = try ComparisonReport(RunComparison(plain, normalized, in: runs.database))
      .answer.text(.csv)
    #expect(!comparison.contains("of the population"))
    #expect(comparison.contains("\"test accuracy, running statistics\",,,,,,,,,0.9,0.9"))
  }

  @Test("A run that was left to be resumed is not said to have lost its process")
  func interrupted() throws {
    let recorder = try runs.recorder("left")
    try runs.steps(0..<3, recorder) { _ in 0.5 }
    try recorder.interrupt(reason: "Stopped by hand.")
    let text = try HTMLReportTests.page(runs).checker.visibleText
    #expect(text.contains("left was interrupted. Its last recorded step is 2."))
    #expect(text.contains("interrupted: Stopped by hand."))
  }
}
