import RunModel
import SQLite
import TestSupport
import Testing

@testable import RunStore

@Suite("Words of other programs")
struct RecordedWordTests {
  @Test(
    "A split is a word that a limit can name",
    arguments: [
      ("test", true), ("validation", true), ("val/0", true), ("Prüfung-2", true), ("测试", true),
      ("'; DROP TABLE run; --", false), ("", false), (" ", false), ("a b", false),
      ("a\u{a0}b", false),
      ("a\n", false), ("a\0", false), ("\u{1b}[31m", false), ("f(x)", false), ("a=b", false),
      ("a,b", false), ("<b>", false),
    ])
  func splits(text: String, isWord: Bool) {
    #expect((EvaluationRecord.Split(rawValue: text)?.rawValue == text) == isWord)
  }

  @Test(
    "A kind of event is a word of small letters, digits, - and _",
    arguments: [
      ("resumed", true), ("gpu-0_hot", true), ("0", true), ("-", true), ("", false), ("a b", false),
      ("Alarm", false), ("ünder", false), ("a.b", false), ("a\n", false), ("a\0", false),
    ])
  func kinds(text: String, isWord: Bool) {
    #expect((EventRecord.Kind(rawValue: text)?.rawValue == text) == isWord)
  }

  @Test("Our own words are words, each another one")
  func own() {
    let kinds: [EventRecord.Kind] = [
      .resumed, .diverged, .nonFinite, .collapsed, .alarm, .frozen, .updatedTwice,
      .note,
    ]
    #expect(
      kinds.map(\.rawValue) == [
        "resumed", "diverged", "non-finite", "collapsed", "alarm", "frozen", "updated-twice",
        "note",
      ])
    #expect(kinds.allSatisfy { EventRecord.Kind(rawValue: $0.rawValue) == $0 })
    let splits: [EvaluationRecord.Split] = [.train, .test]
    #expect(splits.map(\.rawValue) == ["train", "test"])
    #expect(splits.allSatisfy { EvaluationRecord.Split(rawValue: $0.rawValue) == $0 })
  }

  /// The tables and columns with words, and a value that the schema must refuse.
  @Test(
    "The schema refuses what is impossible",
    arguments: [
      ("evaluation", "split", ["''", "'a b'", "'f(x)'", "'a=b'", "'a,b'", "'<'", "NULL"]),
      ("event", "kind", ["''", "'A'", "'a b'", "'ü'", "'a.b'", "NULL"]),
      (
        "site", "shape",
        [
          "''", "'[]'", "'[0]'", "'[1,0]'", "'[1,-2]'", "'[1.5]'", "'[1, 2]'", "'[[1]]'", "'{}'",
          "'3'",
          "'[1'", "'[01]'", "'[1,]'", "'[1e3]'", "'[+5]'", "'[\"1\"]'", "'[null]'",
        ]
      ),
    ])
  func schema(table: String, column: String, values: [String]) throws {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "a"))
    try recorder.recordSample(0)
    recorder.record(SampleRun.evaluation(1))
    recorder.record(EventRecord(step: 0, layer: nil, kind: .note, message: ""))
    try recorder.end(.finished)
    for value in values {
      let error = #expect(throws: SQLiteError.self, "\(value)") {
        try database.connection.execute("UPDATE \(table) SET \(column) = \(value)")
      }
      #expect(error?.code.primary == .constraint)
    }
  }

  @Test("A shape in a damaged file that no tensor has is an error where it is read")
  func shape() throws {
    #expect(TensorShapeText.shape(TensorShapeText.text([3, 1, 1 << 40])) == [3, 1, 1 << 40])
    for text in [
      "", "[", "[]", "[0]", "[-1]", "[1,]", "[1,,2]", "[x]", "1", "[99999999999999999999]",
    ] {
      #expect(TensorShapeText.shape(text) == nil, "\(text)")
    }
  }
}
