import FoundationEssentials
import TestSupport
import Testing

@Suite("data-shift")
struct DataShiftTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  static let quick = ["--resamples", "40", "--examples", "300"]

  func output(_ arguments: [String], _ format: String = "table") throws -> String {
    try place.normscope(["data-shift"] + arguments + Self.quick + ["--format", format]).output
  }

  func document(_ arguments: [String]) throws -> AnswerDocument {
    try AnswerDocument(json: output(arguments, "json"))
  }

  func comparison(_ document: AnswerDocument) throws -> [String: AnswerDocument.Value] {
    try #require(document.rows(of: "comparison").first)
  }

  @Test("Two splits of one data set need no database, and are not distinguishable")
  func withoutRun() throws {
    let options = ["--reference", "digits", "--target", "digits"]
    let document = try document(options)
    let comparison = try comparison(document)
    #expect(document.schema == 2)
    #expect(document.finding.first?.hasPrefix("The data are not distinguishable") == true)
    let expected: [String: AnswerDocument.Value] = [
      "reference": .text("digits"), "reference_split": .text("train"),
      "target_split": .text("test"), "reference_examples": .number(300),
      "reference_available_examples": .number(1400), "resamples": .number(40),
      "largest_bins": .number(10), "quantile": .number(0.95), "seed": .number(1),
      "corruptions": .missing, "distinguishable": .truth(false), "score": .missing,
      "run": .missing, "checkpoint_step": .missing,
    ]
    for (key, value) in expected { #expect(comparison[key] == value, "\(key)") }
    #expect(document.rows(of: "tensor").map { $0["tap"] } == [.text("data")])
    let units = document.rows(of: "unit")
    #expect(Set(units.compactMap { $0["unit"]?.number }) == Set((1...64).map { Double($0) }))
    #expect(
      units.count { $0["state"] == .text("compared") }
        == document.rows(of: "tensor").first?["units"]?.number.map { Int($0) })

    let table = try output(options + ["--top", "3"])
    for part in [
      "The data are not distinguishable", "300 of 1400 examples", "base 2", "natural logarithm",
      "40 resamples", "quantile 0.95", "up to 10 bins", "psi_critical", "seed 1",
    ] {
      #expect(table.contains(part), "\(part) in \(table)")
    }
    #expect(
      table.split(separator: "\n").filter {
        $0.contains("(row ") && !$0.hasPrefix("#") && !$0.hasPrefix("The data")
      }.count == 3)
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("runs.db")))
  }

  @Test("A corruption shows at the features and layers of a run, in all formats with the same rows")
  func formats() throws {
    try place.normscope([
      "record", "--layers", "12", "--steps", "100", "--name", "small", "--probe", "0",
    ])
    let options = ["small", "--corrupt", "contrast:4"]
    let document = try document(options)
    let comparison = try comparison(document)
    #expect(comparison["target"] == .text("digits"))
    #expect(comparison["corruptions"] == .text("contrast:4"))
    #expect(comparison["distinguishable"] == .truth(true))
    #expect(
      comparison["run_name"] == .text("small") && comparison["checkpoint_step"] == .number(100))
    #expect(comparison["score"] == .text("accuracy"))
    let scores = ["score_target", "score_target_before_corruption"].map { comparison[$0]?.number }
    #expect(try #require(scores[0]) < (try #require(scores[1])))

    let tensors = document.rows(of: "tensor")
    #expect(tensors.map { $0["layer"]?.number } == [nil, 1, 2])
    #expect(tensors.dropFirst().map { $0["units"]?.number } == [12, 10])
    for tensor in tensors {
      let units = document.rows(of: "unit").filter {
        $0["layer"] == tensor["layer"] && $0["state"] == .text("compared")
      }
      #expect(tensor["distinguishable"] == .truth(true))
      let ratios = units.compactMap { $0["ratio"]?.number }
      #expect(ratios.count == units.count && tensor["ratio"]?.number == ratios.max())
      for unit in units {
        let ratios = ["nw2", "js_histogram", "psi", "nw1_histogram", "ks"].compactMap { measure in
          unit["\(measure)_threshold"]?.number.map { (unit[measure]?.number ?? 0) / $0 }
        }
        let ratio = try #require(unit["ratio"]?.number)
        #expect(abs((ratios.max() ?? 0) - ratio) < 1e-9 * ratio)
        #expect(unit["distinguishable"] == .truth(ratio > 1))
      }
    }

    let csv = AnswerDocument(csv: try output(options, "csv"))
    #expect(csv.columns == document.columns && csv.rows.count == document.rows.count)
    #expect(zip(document.rows, csv.rows).allSatisfy { AnswerDocument.areAlike($0, csv: $1) })
    #expect(try AnswerDocument(ndjson: output(options, "ndjson")).rows == document.rows)
    #expect(try output(options, "md").contains("| layer 2 preactivation |"))

    let largest = try self.document(options + ["--aggregate", "max"]).rows(of: "tensor")[0]
    #expect(
      largest["nw2"]?.number
        == document.rows(of: "unit").filter { $0["layer"] == .missing }
        .compactMap { $0["nw2"]?.number }.max())
  }

  @Test("Adaptation reports the recovered share, and that an inversion is not repaired")
  func adaptation() throws {
    try place.normscope([
      "record", "--layers", "32,32", "--activation", "relu", "--init", "he", "--steps", "300",
      "--name", "relu", "--probe", "0",
    ])
    let bright = try output(["relu", "--corrupt", "brightness:3", "--adapt", "0"])
    #expect(bright.contains("% of what was lost"), "\(bright)")
    let inverted = try comparison(document(["relu", "--corrupt", "invert", "--adapt", "16"]))
    #expect(try #require(inverted["score_target_adapted"]?.number) < 0.5)
    #expect(inverted["pseudo_samples"] == .number(16))

    try place.normscope(["record", "--layers", "4", "--norm", "none", "--steps", "5"])
    expectOneSentence(
      try place.attempt(["data-shift", "latest", "--corrupt", "invert", "--adapt", "0"]),
      exitCode: 64,
      containing: "batch norm")
  }

  @Test("A CSV is compared with another; its classes may be none of the network's")
  func files() throws {
    func csv(_ shift: Double, classes: Int, columns: Int = 2) -> String {
      let names = (0..<columns).map { "x\($0)" }.joined(separator: ",")
      return "\(names),label\n"
        + (0..<60).map { row in
          let cells = (0..<columns).map { "\(Double((row * 7 + $0 * 3) % 11) + shift)" }
          return cells.joined(separator: ",") + ",\(row % classes)\n"
        }.joined()
    }
    try place.folder.write(csv(0, classes: 2), to: "a.csv")
    try place.folder.write(csv(9, classes: 3), to: "b.csv")
    try place.folder.write(csv(0, classes: 2, columns: 3), to: "wide.csv")
    let both = ["--reference", "a.csv", "--target", "b.csv"]
    let comparison = try comparison(document(both))
    #expect(comparison["distinguishable"] == .truth(true))
    #expect(comparison["reference_split"] == .text("all"))
    #expect(comparison["target_examples"] == .number(60))
    try place.normscope([
      "record", "--data", "a.csv", "--layers", "3", "--batch-size", "10", "--steps", "5", "--probe",
      "0",
    ])
    #expect(
      try output(["latest", "--target", "b.csv"]).contains("has no accuracy on these data"))

    expectOneSentence(
      try place.attempt(["data-shift", "--reference", "a.csv", "--target", "wide.csv"]),
      exitCode: 65, containing: "2 features", "3")
    expectOneSentence(
      try place.attempt([
        "data-shift", "latest", "--reference", "wide.csv", "--target", "wide.csv",
      ]),
      exitCode: 65, containing: "reads 2 features")
    expectOneSentence(
      try place.attempt(["data-shift"] + both + ["--corrupt", "brightness"]), exitCode: 65,
      containing: "0 to 1")
  }

  @Test("It writes nothing, into the database or beside it, whether it answers or refuses")
  func writesNothing() throws {
    try place.normscope(["record", "--layers", "4", "--steps", "5", "--probe", "0"])
    // Whoever reads a database leaves an empty log beside it.
    try place.normscope(["runs"])
    let files = try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted()
    let names = ["runs.db", "runs.db-wal"]
    let bytes = try names.map(place.bytes)
    try place.normscope(["data-shift", "latest", "--corrupt", "contrast"] + Self.quick)
    expectOneSentence(
      try place.attempt(["data-shift", "latest", "--corrupt", "contrast:6"]), exitCode: 64,
      containing: "use 1 to 5")
    expectOneSentence(
      try place.attempt(["data-shift", "latest", "--target", "nowhere"]), exitCode: 66,
      containing: "nowhere")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: place.folder.path).sorted() == files)
    #expect(try names.map(place.bytes) == bytes)
  }

  @Test("A layer without a finite number has no verdict, and says why")
  func nothingFinite() throws {
    func csv(_ factor: Double) -> String {
      "x1,x2,x3,x4,x5,x6,x7,x8,label\n"
        + (1...40).map { row in
          String(repeating: "\(Double(row) * factor),", count: 8) + "\(row % 2)\n"
        }.joined()
    }
    try place.folder.write(csv(1), to: "small.csv")
    try place.folder.write(csv(8e36), to: "huge.csv")
    try place.normscope([
      "record", "--data", "small.csv", "--layers", "8", "--norm", "none", "--activation", "relu",
      "--batch-size", "10", "--learning-rate", "0.0001", "--steps", "5", "--probe", "0",
    ])
    let output = try output(["latest", "--target", "huge.csv"])
    let layers = output.split(separator: "\n").filter { $0.hasPrefix("layer ") }
    #expect(layers.count == 2)
    #expect(output.contains("layer 2 preactivation: 2 units with a NaN or an infinity"))
    #expect(layers[1].hasSuffix("nothing to compare"), "\(output)")
  }

  @Test("A run that diverged has no network to look into")
  func diverged() throws {
    _ = try place.attempt([
      "record", "--layers", "8", "--norm", "none", "--activation", "relu", "--learning-rate",
      "1e20",
      "--steps", "20", "--probe", "0", "--name", "diverged",
    ])
    expectOneSentence(
      try place.attempt(["data-shift", "diverged", "--corrupt", "invert"]), exitCode: 66,
      containing: "has no checkpoint")
  }

  @Test(
    "An impossible comparison ends in one sentence and the right exit code",
    arguments: [
      ([], 64, "--reference"),
      (["--reference", "digits"], 64, "--target"),
      (["--target", "digits"], 64, "--reference digits"),
      (["--reference", "digits", "--corrupt", "brightnes:3"], 64, "did you mean brightness?"),
      (["--reference", "digits", "--corrupt", "contrast:0"], 64, "use 1 to 5"),
      (["--reference", "digits", "--corrupt", "contrast:6"], 64, "use 1 to 5"),
      (["--reference", "digits", "--corrupt", "invert", "--points", "3"], 64, "--points"),
      (["--reference", "digits", "--corrupt", "invert", "--measure", "nw2"], 64, "--measure"),
      (["--reference", "digits", "--corrupt", "invert", "--tap", "normalized"], 64, "--tap"),
      (
        ["--reference", "digits", "--corrupt", "invert", "--examples", "1"], 64,
        "number of examples"
      ),
      (
        ["--reference", "digits", "--corrupt", "invert", "--resamples", "10001"], 64,
        "number of resamples"
      ),
      (["--reference", "digits", "--corrupt", "invert", "--top=-1"], 64, "--top"),
      (["--reference", "digits", "--corrupt", "invert", "--adapt", "0"], 64, "batch norm"),
      (["--reference", "nowhere", "--target", "digits"], 66, "nowhere"),
      (["nobody", "--target", "digits"], 66, "runs.db"),
      (["--reference", "linear-map", "--target", "digits"], 65, "64"),
    ])
  func refusals(options: [String], exitCode: Int32, part: String) throws {
    expectOneSentence(
      try place.attempt(["data-shift"] + options), exitCode: exitCode, containing: part)
  }
}
