import FoundationEssentials
import TestSupport
import Testing

@testable import NormscopeCommand

@Suite("normscope export")
struct ExportCommandTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.normscope([
      "record", "--layers", "3", "--steps", "6", "--batch-size", "10", "--probe", "10",
      "--probe-every", "2", "--noise-every", "0", "--histogram-bins", "4", "--name", "one",
    ])
  }

  @Test(
    "The name of a file says the format",
    arguments: [
      ("a.csv", .csv), ("x.b/a.JSON", .json), ("a.ndjson", .ndjson), ("a.md", .md),
      ("a.npz", .npz), ("a.html", .html), ("a.safetensors", .safetensors),
      ("logs/events.out.tfevents.1.one", .tensorboard), ("a.tfevents.csv", .tensorboard),
      ("csv", nil), ("a.txt", nil), ("tfevents/a", nil), ("-", nil), ("", nil),
      ("a.tensorboard", nil),
    ] as [(String, ExportFormat?)])
  func names(path: String, format: ExportFormat?) {
    #expect(ExportFormat(path: path) == format)
  }

  @Test("A report names the database where it was named, and shows what is not at its default")
  func report() throws {
    try place.normscope(["export", "one", "--db", "runs.db", "-o", "a.html"])
    let page = String(decoding: try place.bytes(of: "a.html"), as: UTF8.self)
    #expect(page.contains("--format html -o report.html --db runs.db"))
    let fold = try #require(page.firstRange(of: "keys with the default")).lowerBound
    func position(of key: String) throws -> String.Index {
      try #require(page.firstRange(of: "<code>\(key)</code>")).lowerBound
    }
    // The second key is absent unless it is set.
    #expect(try position(of: "steps") < fold && position(of: "histogram_bins") < fold)
    #expect(try fold < position(of: "learning_rate"))
  }

  @Test("A file whose name says the format needs no option, and has the same contents")
  func inferred() throws {
    for (format, name) in [
      ("csv", "a.csv"), ("json", "a.json"), ("ndjson", "a.ndjson"), ("md", "a.md"),
      ("npz", "a.npz"), ("tensorboard", "tfevents.1"),
    ] {
      try place.normscope(["export", "one", "-o", name])
      let bytes = try place.bytes(of: name)
      try place.normscope(["export", "one", "--format", format, "-o", "tfevents.again"])
      #expect(try bytes == place.bytes(of: "tfevents.again"))
      // A pipe will do.
      let shell = try CommandRun(
        "sh",
        [
          "-c", "\"$0\" export one --format \(format) -o - | cmp - \(name)",
          CommandRun.productPath("normscope"),
        ],
        in: place.folder.path, environment: RecordedFolder.environment)
      #expect(
        shell.exitCode == 0 && shell.errorOutput.isEmpty,
        "\(format): \(shell.output)\(shell.errorOutput)")
    }
    try place.normscope(["export", "one", "-o", "a.html"])
    #expect(try place.bytes(of: "a.html").starts(with: Array("<!DOCTYPE html>".utf8)))
  }

  @Test("Each file is of its format")
  func contents() throws {
    try place.normscope(["export", "one", "-o", "a.npz"])
    #expect(try place.bytes(of: "a.npz").starts(with: [0x50, 0x4B, 3, 4]))
    try place.normscope(["export", "one", "-o", "a.tfevents"])
    let events = try EventFile(place.bytes(of: "a.tfevents"))
    #expect(events.scalars("step/loss").map(\.step) == Array(0..<6))
    #expect(events.values.contains { $0.value.histogram != nil })
    try place.normscope(["export", "one", "-o", "a.ndjson"])
    let rows = try AnswerDocument(ndjson: text("a.ndjson"))
    #expect(try rows.rows == AnswerDocument(json: exported("json")).rows)
    #expect(try exported("md").contains("| step | "))
  }

  func text(_ name: String) throws -> String {
    String(decoding: try place.bytes(of: name), as: UTF8.self)
  }

  func exported(_ format: String, _ options: String...) throws -> String {
    try place.normscope(["export", "one", "--format", format, "-o", "-"] + options).output
  }

  @Test("A table alone has its columns alone, in every format of rows")
  func table() throws {
    let csv = AnswerDocument(csv: try exported("csv", "--table", "moment"))
    #expect(csv.columns.contains("unit") && !csv.columns.contains("record"))
    #expect(Set(csv.rows.compactMap { $0["unit"]?.text }) == Set((1...64).map(String.init)))
    let json = try AnswerDocument(json: exported("json", "--table", "moment"))
    #expect(zip(json.rows, csv.rows).allSatisfy { AnswerDocument.areAlike($0, csv: $1) })
    #expect(
      try AnswerDocument(ndjson: exported("ndjson", "--table", "moment")).rows == json.rows)
    #expect(try exported("md", "--table", "evaluation").contains("| running |"))
  }

  @Test("What cannot be is refused in a sentence")
  func refusals() throws {
    func expectRefused(_ arguments: String..., containing part: String) throws {
      expectOneSentence(
        try place.attempt(["export", "one"] + arguments), exitCode: 64, containing: part)
    }
    try expectRefused("-o", "-", containing: "Standard output has no name")
    try expectRefused("-o", "one.txt", containing: "one.txt does not say what to write")
    try expectRefused(
      "--format", "tensorboard", "-o", "one.events", containing: "tfevents in their names")
    try expectRefused(
      "-o", "a.csv", "--table", "mean", containing: "no table mean; --table takes run, tag, step")
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("a.csv")))
    for name in ["a.npz", "a.html", "tfevents", "a.safetensors"] {
      try expectRefused("-o", name, "--table", "moment", containing: "take a --table")
    }
    for name in ["a.npz", "tfevents", "a.safetensors"] {
      try expectRefused("one", "-o", name, containing: "holds one run")
    }
  }
}
