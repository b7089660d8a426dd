import FoundationEssentials
import TestSupport
import Testing

@Suite("The command")
struct ExamplesTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  func normscope(_ arguments: String...) throws -> CommandRun {
    let run = try CommandRun.product(
      "normscope", arguments, in: folder.path, environment: ["NORMSCOPE_DB": "runs.db"])
    try #require(run.exitCode == 0, "\(run.errorOutput)")
    return run
  }

  @Test("A run recorded from a CSV shows its tags, configuration and provenance")
  func recordAndShow() throws {
    var csv = "a,label,b\n"
    for row in 0..<60 { csv += "\(Double(row % 7) / 7),\(row % 3),\(row % 2)\n" }
    try folder.write(csv, to: "tiny.csv")
    _ = try normscope(
      "record", "--data", "tiny.csv", "--layers", "5,4", "--batch-size", "12", "--steps", "20",
      "--activation", "tanh", "--placement", "after", "--init", "he", "--tag", "owner=me",
      "--tag", "note=a=b", "--name", "tiny", "--probe", "5", "--probe-every", "7")
    let shown = try normscope("show", "tiny", "--format", "json")
    for part in [
      "\"owner\":\"me\"", "\"note\":\"a=b\"", "\"activation\":\"tanh\"",
      "\"placement\":\"after\"", "\"init\":\"he\"", "\"steps\":20", "\"train_count\":48",
      "\"matrix_kernel\"", "\"threads\":1", "\"status\":\"finished\"",
    ] {
      #expect(shown.output.contains(part), "\(part) in \(shown.output)")
    }
    let table = try normscope("show", "latest")
    #expect(table.output.contains("configuration.layers"))
    #expect(table.output.contains("5,4"))
  }

  @Test("A shift answers in four formats with the same numbers, each with its coordinates")
  func shiftFormats() throws {
    _ = try normscope("record", "--layers", "6", "--steps", "30", "--probe-every", "10")
    let options = ["shift", "latest", "--layer", "1", "--measure", "nw2"]
    func shift(_ format: String) throws -> String {
      let run = try CommandRun.product(
        "normscope", options + ["--format", format], in: folder.path,
        environment: ["NORMSCOPE_DB": "runs.db"])
      return run.output
    }
    let document = try AnswerDocument(json: shift("json"))
    #expect(document.schema == 2)
    #expect(document.numbers(of: "step") == [0, 10, 20, 30])
    #expect(document.numbers(of: "nw2").allSatisfy { $0 != nil })
    for row in document.rows {
      #expect(
        ["tap", "population", "statistics", "reference", "aggregate"].map { row[$0]?.text } == [
          "preactivation", "probe", "batch", "start", "median",
        ])
    }
    #expect(try AnswerDocument(ndjson: shift("ndjson")).rows == document.rows)
    let csv = AnswerDocument(csv: try shift("csv"))
    #expect(csv.columns == document.columns)
    #expect(zip(document.rows, csv.rows).allSatisfy { AnswerDocument.areAlike($0, csv: $1) })
    let table = try shift("table")
    #expect(
      table.contains("tap preactivation, population probe, statistics batch, reference start"))
    #expect(!table.contains("\u{1B}"))
  }

  @Test("An export to CSV and one to JSON have the same rows")
  func export() throws {
    _ = try normscope(
      "record", "--layers", "3", "--steps", "4", "--probe", "10", "--probe-every", "2")
    for format in ["csv", "json"] {
      _ = try normscope("export", "latest", "--format", format, "-o", "run.\(format)")
    }
    func text(_ name: String) throws -> String {
      try String(contentsOfFile: folder.file(name), encoding: .utf8)
    }
    let json = try AnswerDocument(json: text("run.json"))
    let csv = AnswerDocument(csv: try text("run.csv"))
    #expect(json.schema == 2 && json.columns == csv.columns && json.rows.count == csv.rows.count)
    #expect(zip(json.rows, csv.rows).allSatisfy { AnswerDocument.areAlike($0, csv: $1) })
    #expect(json.rows(of: "step").map { $0["step"]?.number } == [0, 1, 2, 3])
    #expect(json.rows(of: "moment").count { $0["population"] == .text("batch") } == 16)
  }

  @Test("The demo trains both arms, prints them side by side and names what to try next")
  func demo() throws {
    let run = try normscope("demo", "--db", "demo.db", "--output", "demo.html")
    #expect(
      try Set(FileManager.default.contentsOfDirectory(atPath: folder.path))
        .isSubset(of: ["demo.db", "demo.db-wal", "demo.db-shm", "demo.html"]))
    #expect(run.output.hasPrefix("Did batch norm keep each layer's input where it was?\n"))
    #expect(run.output.contains("\nlayer 2 "))
    let report = try String(contentsOfFile: folder.file("demo.html"), encoding: .utf8)
    #expect(report.contains("<svg"))
    let commands = run.output.matches(of: #/(?:Next|    )    (normscope .*?)  /#).map(\.output.1)
    #expect(commands.count == 2)
    for command in commands {
      let words = command.split(separator: " ").dropFirst().map(String.init)
      #expect(try CommandRun.product("normscope", words, in: folder.path).exitCode == 0)
    }
  }

  @Test("--save-initial writes a safetensors file with every parameter and the batch order")
  func saveInitial() throws {
    _ = try normscope(
      "record", "--layers", "5", "--steps", "7", "--batch-size", "20", "--save-initial",
      "a.safetensors")
    let file = try SafetensorsContents(
      [UInt8](Data(contentsOf: URL(filePath: folder.file("a.safetensors")))))
    #expect(file.metadata == ["format": "normscope-initial"])
    #expect(
      file.tensors.mapValues(\.shape) == [
        "layers.1.weight": [64, 5], "layers.1.gamma": [5], "layers.1.beta": [5],
        "layers.1.running_mean": [5], "layers.1.running_variance": [5],
        "layers.1.running_updates": [1], "layers.2.weight": [5, 10], "layers.2.bias": [10],
        "batch_order": [7, 20],
      ])
  }
}
