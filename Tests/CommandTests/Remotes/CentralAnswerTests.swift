import RunModel
import RunStore
import TestSupport
import Testing

@Suite(
  "The answers from a central store",
  .enabled(
    if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct CentralAnswerTests {
  /// The questions about runs; the others are about files and data sets.
  static let questions = AnswerSnapshotTests.questions.filter {
    !["sql", "data-shift", "study-list", "db-info", "db-check"].contains($0.name)
  }

  /// Stores that are copied and not asked.
  private static let originals = [false, true].map { hasNames in
    Result { try pushed(MadeRuns(hasNames: hasNames)) }
  }
  private static let made = Result { try CentralFolder(originals[0].get()) }
  private static let named = Result { try CentralFolder(originals[1].get()) }

  private static func pushed(_ made: MadeRuns) throws -> CentralFolder {
    let central = try CentralFolder(made.place)
    let runs = try RunDatabase(path: made.place.folder.file("runs.db"), for: .read).runs()
    try central.normscope(["push"] + runs.map(\.uuid))
    return central
  }

  @Test("They are those of the file that the runs were pushed from", arguments: questions)
  func equal(question: AnswerSnapshotTests.Question) throws {
    let central = try (question.hasNames ? Self.named : Self.made).get()
    let exact = question.formats["json"] == nil ? "csv" : "json"
    for format in ["table", exact] { try expectSnapshot(of: question, format, in: central) }
  }

  /// Expects of a store the answer of the file, which is the snapshot.
  private func expectSnapshot(
    of question: AnswerSnapshotTests.Question, _ format: String, in central: CentralFolder
  ) throws {
    guard let ending = question.formats[format] else { return }
    let answer = try central.attempt(
      question.arguments + ["--format", format, "--db", central.url],
      environment: ["COLUMNS": "80", "LC_ALL": "C.UTF-8"])
    #expect(answer.exitCode == question.exitCode, "\(answer.errorOutput)")
    let snapshot = question.snapshot(ending, mayBeRewritten: false)
    let difference = try snapshot.difference(from: answer.output)
    #expect(difference == nil)
  }

  @Test(
    "Where the server computes, the answers are the same",
    .enabled(
      if: PostgreSQLServer.hasExtension, .init(rawValue: PostgreSQLServer.extensionSkipReason)))
  func computed() throws {
    let central = try CentralFolder(Self.originals[0].get())
    try central.server.sql("CREATE EXTENSION normscope", in: central.url)
    let questions = Self.questions.filter {
      ["compare-groups", "alarms", "alarms-runs", "shift-pooled"].contains($0.name)
    }
    #expect(questions.count == 4)
    for question in questions { try expectSnapshot(of: question, "json", in: central) }
  }

  @Test("Everything that was recorded is in an export of either, and in the report")
  func exports() throws {
    let central = try Self.made.get()
    for run in ["bn-1", "plain-2", "long"] {
      let rows = try central.rows(of: [run], in: "runs.db")
      #expect(try central.rows(of: [run], in: central.url) == rows)
    }
    for arguments in [
      ["export", "bn-1", "plain-1", "--format", "html", "-o", "-"],
      ["figure", "shift", "bn-1", "-o", "-"],
    ] {
      let answers = try ["runs.db", central.url].map { place in
        // The report says how to make it again.
        try central.normscope(arguments + ["--db", place]).output
          .replacing(place, with: "").replacing("'\(place)'", with: "")
      }
      #expect(answers[0].count > 1000)
      if arguments.contains("figure") { #expect(answers[0] == answers[1]) }
    }
  }

  @Test("The environment names a store too, and completion knows its runs")
  func environment() throws {
    let central = try Self.made.get()
    let shown = try central.attempt(
      ["show", "bn-1", "--format", "json"], environment: ["NORMSCOPE_DB": central.url])
    #expect(shown.output.contains("11111111-0000-4000-8000-000000000000"))
  }

  @Test("What works on a file alone says so", arguments: [["sql", "SELECT 1"], ["db", "info"]])
  func files(arguments: [String]) throws {
    let central = try Self.made.get()
    expectOneSentence(
      try central.attempt(arguments + ["--db", central.url]), exitCode: 73,
      containing: "central store", "file alone")
  }

  @Test("A run is found by its name, its place and the beginning of its id")
  func references() throws {
    let central = try Self.made.get()
    for reference in ["latest", "latest~1", "bn-2", "11111111", "bn-2~0"] {
      let ids = try ["runs.db", central.url].map { place in
        try AnswerDocument(
          json: central.normscope(["show", reference, "--format", "json", "--db", place]).output
        ).rows.first?["run"]?.text
      }
      #expect(ids[0] != nil && ids[0] == ids[1])
    }
    expectOneSentence(
      try central.attempt(["show", "bn-3", "--db", central.url]), exitCode: 66,
      containing: "did you mean bn-")
    expectOneSentence(
      try central.attempt(["show", "7fff%", "--db", central.url]), exitCode: 66,
      containing: "No run in postgresql://")
  }
}
