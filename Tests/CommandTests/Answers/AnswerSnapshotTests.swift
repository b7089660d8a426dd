import FoundationEssentials
import TestSupport
import Testing

/// What every command that answers says in every format: the files under `Snapshots` are the contract.
@Suite("The answers of every command")
struct AnswerSnapshotTests {
  /// A question, whose answers are in a folder of its name.
  struct Question: Sendable, CustomTestStringConvertible {
    var name: String
    var arguments: [String]
    /// The exit code: 3 where a gate is exceeded.
    var exitCode: Int32 = 0
    /// Whether numbers of several digits depend on SQLite's version, and are left out.
    var hasSizes = false
    /// Whether the layers of the runs have names.
    var hasNames = false
    /// The formats of the answers.
    var formats = AnswerSnapshotTests.formats

    var testDescription: String { name }

    /// The answer in a format whose files have this ending.
    func snapshot(_ ending: String, mayBeRewritten: Bool = true) -> Snapshot {
      Snapshot(
        "Tests/CommandTests/Snapshots/\(name)/answer.\(ending)", mayBeRewritten: mayBeRewritten)
    }
  }

  static let questions = numberedQuestions + namedQuestions

  private static let numberedQuestions = [
    Question(name: "runs", arguments: ["runs", "list"]),
    Question(name: "show", arguments: ["show", "bn-1"]),
    Question(
      name: "shift", arguments: ["shift", "bn-1", "--population", "batch", "--points", "3"]),
    Question(
      name: "shift-pooled",
      arguments: ["shift", "plain-1", "--population", "batch", "--pooled", "--points", "2"]),
    Question(
      name: "shift-histograms", arguments: ["shift", "bn-1", "--measure", "ks,psi,js_histogram"]),
    Question(name: "distribution", arguments: ["distribution", "bn-1"]),
    Question(name: "distribution-unit", arguments: ["distribution", "bn-1", "--unit", "2"]),
    Question(name: "gradients", arguments: ["gradients", "bn-1"]),
    Question(name: "landscape", arguments: ["landscape", "bn-1"]),
    Question(name: "trajectory", arguments: ["trajectory", "plain-1"]),
    Question(name: "trajectory-lags", arguments: ["trajectory", "plain-1", "--lags", "2"]),
    Question(name: "events", arguments: ["events", "bn-1"]),
    Question(name: "alarms", arguments: ["alarms", "long"]),
    Question(name: "alarms-runs", arguments: ["alarms", "--where", "steps > 4"]),
    Question(name: "health", arguments: ["health", "bn-1"]),
    Question(
      name: "check",
      arguments: [
        "check", "bn-1", "--max", "nw2(layer=1) <= 0.5", "--min", "accuracy >= 0.5", "--max",
        "non_finite <= 0",
      ], exitCode: 3),
    Question(name: "compare", arguments: ["compare", "plain-1", "bn-1"]),
    Question(
      name: "compare-groups",
      arguments: ["compare", "--first-where", "name ~ plain", "--second-where", "name ~ bn"]),
    Question(
      name: "compare-groups-points",
      arguments: [
        "compare", "--first-where", "name ~ plain", "--second-where", "name ~ bn", "--points", "2",
      ]),
    Question(
      name: "sql",
      arguments: [
        "sql",
        """
        SELECT name, step, loss, NULL AS missing, x'00ff' AS bytes, 9e999 AS infinite, 'a"b,c|d' AS text
        FROM run JOIN step ON step.run = run.id WHERE step = 3 ORDER BY name
        """,
      ]),
    Question(
      name: "data-shift",
      arguments: [
        "data-shift", "--reference", "digits:train", "--target", "digits:test", "--examples", "60",
        "--resamples", "20", "--bins", "4", "--top", "2",
      ]),
    Question(name: "study-list", arguments: ["study", "list"]),
    Question(name: "db-info", arguments: ["db", "info"], hasSizes: true),
    Question(name: "db-check", arguments: ["db", "check"]),
  ]

  /// The questions about layers, asked of runs whose layers have names: each about a few, and some about 53 of them.
  private static let namedQuestions =
    numberedQuestions.filter { question in
      ![
        "runs", "landscape", "alarms-runs", "shift-pooled", "distribution-unit", "sql",
        "data-shift", "study-list",
        "db-info", "db-check",
      ].contains(question.name)
    }.map { question in
      var named = question
      named.name = "named-\(question.name)"
      named.arguments = question.arguments.map {
        $0.replacing("layer=1", with: "layer=backbone.*")
      }
      named.hasNames = true
      named.formats = formats.filter { ["table", "csv"].contains($0.key) }
      return named
    }
    + [
      ("shift-pattern", ["shift", "resnet", "--layer", "bn1,layer4.[12].*", "--points", "2"]),
      ("shift", ["shift", "resnet", "--measure", "nw2,jeffreys"]),
      ("shift-batch", ["shift", "resnet", "--population", "batch"]),
      ("distribution", ["distribution", "resnet"]), ("health", ["health", "resnet"]),
      ("alarms", ["alarms", "resnet"]), ("trajectory", ["trajectory", "resnet"]),
      ("compare", ["compare", "bn-1", "resnet"]), ("show", ["show", "resnet"]),
    ].map { name, arguments in
      Question(
        name: "resnet-\(name)", arguments: arguments, hasNames: true,
        formats: formats.filter { $0.key == "table" })
    }

  static let formats = [
    "table": "txt", "csv": "csv", "json": "json", "ndjson": "ndjson", "md": "md",
  ]

  private static let made = Result { try MadeRuns() }
  private static let named = Result { try MadeRuns(hasNames: true) }

  /// The answer in a format.
  static func answer(_ question: Question, _ format: String) throws -> String {
    let place = try (question.hasNames ? named : made).get().place
    // Tables as a terminal of 80 columns has them; the other formats have everything.
    let run = try place.attempt(
      question.arguments + ["--format", format],
      environment: ["COLUMNS": "80", "LC_ALL": "C.UTF-8"])
    try #require(
      run.exitCode == question.exitCode, "\(question.arguments): \(run.errorOutput)\(run.output)")
    return run.output
  }

  private static let documents = Result {
    try Dictionary(
      uniqueKeysWithValues: questions.map {
        ($0.name, try AnswerDocument(json: answer($0, "json")))
      })
  }

  /// The answer in JSON, which is asked and read once for all tests.
  static func document(_ question: Question) throws -> AnswerDocument {
    try #require(documents.get()[question.name])
  }

  @Test("Every format equals its snapshot", arguments: questions)
  func snapshots(of question: Question) throws {
    for (format, ending) in question.formats {
      let file = question.snapshot(ending)
      var answer = try Self.answer(question, format)
      if question.hasSizes {
        answer = answer.replacing(/[0-9.]+ MB/, with: "N MB").replacing(/[0-9]{2,}/, with: "N")
          .replacing(/[ ]{2,}/, with: "  ")
      }
      let difference = try file.difference(from: answer)
      #expect(difference == nil)
    }
  }

  @Test("CSV, JSON and NDJSON have the same rows, columns and numbers", arguments: questions)
  func contract(of question: Question) throws {
    let json = try Self.document(question)
    let ndjson = try AnswerDocument(ndjson: Self.answer(question, "ndjson"))
    let csv = AnswerDocument(csv: try Self.answer(question, "csv"))
    #expect(json.schema == 2)
    #expect(ndjson.schema == 2 && ndjson.rows == json.rows)
    #expect(csv.columns == json.columns && csv.rows.count == json.rows.count)
    for (row, cells) in zip(json.rows, csv.rows) {
      // The columns of other kinds of rows are empty in CSV.
      #expect(AnswerDocument.areAlike(row, csv: cells), "\(row) \(cells)")
    }
    #expect(!json.rows.isEmpty)
  }

  @Test(
    "Every row of a run's answer says which run it is of, and every row of a tensor its coordinates"
  )
  func coordinates() throws {
    for question in Self.questions
    where !["sql", "data-shift", "study-list", "db-info", "db-check"].contains(question.name) {
      let rows = try Self.document(question).rows
      for row in rows where !question.name.contains("compare-groups") {
        for side in question.name.hasSuffix("compare") ? ["first_", "second_"] : [""] {
          #expect(row["\(side)run"]?.text?.count == 36, "\(question.name): \(row)")
          #expect(row["\(side)run_name"]?.text != nil, "\(question.name): \(row)")
        }
      }
      for row in rows where row["nw2"] != nil || row["ks"] != nil {
        for coordinate in ["tap", "population", "statistics"] {
          #expect(row[coordinate]?.text != nil, "\(question.name): \(row)")
        }
      }
    }
  }

  @Test("Every row of a layer has its number and its name, which is missing where it has none")
  func layerNames() throws {
    let names = ["backbone.features.0.block.norm1", "4"]
    for question in Self.questions where question.name != "sql" {
      let document = try Self.document(question)
      guard document.columns.contains("layer") else { continue }
      let places = ["layer", "layer_name"].map { document.columns.firstIndex(of: $0) }
      #expect(places[0].map { $0 + 1 } == places[1], "\(question.name): \(document.columns)")
      for row in document.rows where row["layer"] != nil {
        let layer = row["layer"]?.number
        let name = row["layer_name"]
        if let layer, question.name.hasPrefix("named-") {
          #expect(name == .text(names[Int(layer) - 1]), "\(question.name): \(row)")
        } else if layer == nil || !question.hasNames {
          #expect(name == .missing, "\(question.name): \(row)")
        }
      }
    }
  }

  @Test("Every command with formats has snapshots, and every snapshot a question")
  func completeness() throws {
    let asked = Set(Self.questions.map { $0.arguments })
    for (name, command) in try CommandTree.all()
    where command.options.contains(where: { $0.longNames == ["--format"] })
      // The numbers of a study are those of a training, which differ between machines in their last digits.
      && !["export", "figure", "study run"].contains(name)
    {
      let words = name.split(separator: " ").map(String.init)
      #expect(
        asked.contains { Array($0.prefix(words.count)) == words },
        "\(name) has no snapshot of its answers")
    }
    let folder = "\(Repository.root)/Tests/CommandTests/Snapshots"
    #expect(
      try Set(FileManager.default.contentsOfDirectory(atPath: folder))
        == Set(Self.questions.map(\.name)))
  }
}
