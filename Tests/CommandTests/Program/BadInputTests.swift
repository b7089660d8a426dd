import FoundationEssentials
import Migrations
import TestSupport
import Testing

@Suite("Bad input ends in one sentence and the right exit code")
struct BadInputTests {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  func normscope(_ arguments: String...) throws -> CommandRun {
    try .product("normscope", arguments, in: folder.path, environment: ["NORMSCOPE_DB": ""])
  }

  @Test("A value that an option does not take is answered with the list of those that it takes")
  func unknownMeasure() throws {
    let run = try normscope("shift", "run", "--measure", "foo")
    expectOneSentence(
      run, exitCode: 64, containing: "one of the following: nw2, squared_w2, mean_shift, ")
  }

  @Test(
    "A configuration that no run can be made of",
    arguments: [
      (["--layers", "0"], "layers[0].units"), (["--layers", "64,-3"], "layers[1].units"),
      (["--batch-size", "1"], "Batch norm over batches of 1"),
      (["--batch-size", "0"], "--batch-size 0 is impossible"),
      (["--batch-size", "1401"], "1400 training examples"),
      (["--learning-rate", "nan"], "--learning-rate"),
      (["--learning-rate", "inf"], "--learning-rate"),
      (["--learning-rate=-1"], "--learning-rate -1"),
      (["--steps", "0"], "--steps 0 is impossible"),
      (["--epsilon", "0"], "--epsilon 0"), (["--ema-decay", "1"], "--ema-decay 1"),
      (["--init", "normal:-1"], "standard deviation"),
      (["--evaluate-every", "0"], "--evaluate-every 0"),
      (["--probe=-1"], "--probe -1"), (["--record-every", "0"], "--record-every 0"),
      (["--name", "latest"], "latest"), (["--name", "latest~2"], "latest~2"),
    ])
  func impossibleConfiguration(options: [String], part: String) throws {
    let run = try CommandRun.product("normscope", ["record"] + options, in: folder.path)
    expectOneSentence(run, exitCode: 64, containing: part)
    #expect(!FileManager.default.fileExists(atPath: folder.file("normscope.db")))
  }

  @Test("A word that is not one of the choices, or an option that is not there")
  func usage() throws {
    expectOneSentence(
      try normscope("record", "--activation", "softplus"), exitCode: 64, containing: "sigmoid")
    expectOneSentence(try normscope("record", "--layer", "3"), exitCode: 64, containing: "--layer")
    expectOneSentence(
      try normscope("record", "--tag", "novalue"), exitCode: 64, containing: "novalue")
  }

  @Test("Data that is not there")
  func missingData() throws {
    expectOneSentence(
      try normscope("record", "--data", "nowhere"), exitCode: 66, containing: "nowhere")
  }

  @Test("A truncated IDX file leaves no database behind")
  func truncatedIDX() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("idx"), withIntermediateDirectories: false)
    for name in ["train-images-idx3-ubyte", "t10k-images-idx3-ubyte"] {
      try folder.write(
        [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3], to: "idx/\(name)")
    }
    for name in ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"] {
      try folder.write([0, 0, 8, 1, 0, 0, 0, 2, 1, 0], to: "idx/\(name)")
    }
    expectOneSentence(
      try normscope("record", "--data", "idx"), exitCode: 65, containing: "train-images-idx3-ubyte")
    #expect(!FileManager.default.fileExists(atPath: folder.file("normscope.db")))
  }

  @Test("A bad cell of a CSV is named by row and column")
  func badCell() throws {
    let good = (0..<12).map { "\($0),\($0 % 2)\n" }.joined()
    try folder.write("width,label\n\(good)x,1\n", to: "bad.csv")
    expectOneSentence(
      try normscope("record", "--data", "bad.csv"), exitCode: 65, containing: "14", "width")
  }

  @Test("A database that is not there, not ours, or of a newer schema")
  func badDatabase() throws {
    expectOneSentence(try normscope("runs", "--db", "none.db"), exitCode: 66, containing: "none.db")
    #expect(!FileManager.default.fileExists(atPath: folder.file("none.db")))

    try folder.write("This is not a database, but a letter to somebody.\n", to: "letter.db")
    let before = try Data(contentsOf: URL(filePath: folder.file("letter.db")))
    for command in [["runs"], ["record", "--steps", "1"]] {
      let run = try CommandRun.product(
        "normscope", command + ["--db", "letter.db"], in: folder.path)
      expectOneSentence(run, exitCode: 65, containing: "letter.db")
    }
    #expect(try Data(contentsOf: URL(filePath: folder.file("letter.db"))) == before)

    let recorded = try normscope("record", "--steps", "2", "--db", "new.db")
    #expect(recorded.exitCode == 0, "\(recorded.errorOutput)")
    // The newer schema's number goes where SQLite keeps user_version: bytes 60 to 63 of the header.
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: folder.file("new.db"))))
    bytes[62] = 3
    bytes[63] = 0xE7
    try folder.write(bytes, to: "new.db")
    expectOneSentence(
      try normscope("runs", "--db", "new.db"), exitCode: 65, containing: "999",
      "\(Migration.latestVersion);")
    #expect(try [UInt8](Data(contentsOf: URL(filePath: folder.file("new.db")))) == bytes)
  }

  @Test("A run, a layer or a step that is not there")
  func missingRun() throws {
    _ = try normscope("record", "--steps", "3", "--name", "a", "--db", "x.db")
    _ = try normscope("record", "--steps", "3", "--name", "a", "--db", "x.db")
    expectOneSentence(
      try normscope("show", "zz", "--db", "x.db"), exitCode: 66, containing: "\"zz\"")
    expectOneSentence(
      try normscope("runs", "delete", "a", "--db", "x.db"), exitCode: 64, containing: "2 runs")
    expectOneSentence(
      try normscope("shift", "latest", "--layer", "9", "--db", "x.db"), exitCode: 66,
      containing: "layer 9")
    expectOneSentence(
      try normscope("shift", "latest", "--reference", "step:7", "--db", "x.db"), exitCode: 66,
      containing: "step 7")
    expectOneSentence(
      try normscope("shift", "latest", "--points", "0", "--db", "x.db"), exitCode: 64)
  }

  @Test("A place where nothing can be written")
  func unwritable() throws {
    expectOneSentence(
      try normscope("record", "--steps", "1", "--db", "no/such/folder.db"), exitCode: 73,
      containing: "no/such/folder.db")
    expectOneSentence(
      try normscope("record", "--steps", "1", "--db", "/proc/normscope.db"), exitCode: 73)
    _ = try normscope("record", "--steps", "1", "--db", "x.db")
    expectOneSentence(
      try normscope(
        "export", "latest", "--format", "csv", "-o", "no/such/file.csv", "--db", "x.db"),
      exitCode: 73, containing: "no/such/file.csv")
  }

  @Test("Output that cannot be written is an error", arguments: ["> /dev/full", ">&-"])
  func fullOutput(redirection: String) throws {
    _ = try normscope("record", "--steps", "1", "--db", "x.db")
    let run = try CommandRun(
      "sh",
      ["-c", "exec \"$0\" runs --db x.db \(redirection)", CommandRun.productPath("normscope")],
      in: folder.path)
    #expect(run.exitCode == 74, "\(run.errorOutput)")
  }

  @Test("An export that fails leaves the file that was there")
  func failedExport() throws {
    _ = try normscope("record", "--steps", "1", "--db", "x.db")
    try folder.write("precious", to: "report.csv")
    let run = try normscope(
      "export", "nobody", "--format", "csv", "-o", "report.csv", "--db", "x.db")
    #expect(run.exitCode == 66)
    #expect(try String(contentsOfFile: folder.file("report.csv"), encoding: .utf8) == "precious")
  }

  @Test("A run that diverges is recorded up to there and says so")
  func divergence() throws {
    let run = try normscope(
      "record", "--norm", "none", "--activation", "relu", "--learning-rate", "1e18", "--steps",
      "50",
      "--name", "wild", "--db", "x.db")
    #expect(run.exitCode == 0)
    #expect(run.output.contains("diverged"))
    #expect(run.errorOutput.contains("The run diverged"))
    let shown = try normscope("show", "wild", "--format", "json", "--db", "x.db")
    #expect(shown.output.contains("\"status\":\"diverged\""))
    let csv = try normscope(
      "shift", "wild", "--population", "batch", "--format", "csv", "--db", "x.db")
    #expect(csv.exitCode == 0, "\(csv.errorOutput)")
  }
}
