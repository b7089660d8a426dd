import FoundationEssentials
import TestSupport
import Testing

@Suite("shift of data sets")
struct DataShiftTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  static let quick = ["--resamples", "40", "--examples", "300"]

  struct Document: Decodable {
    struct Comparison: Decodable {
      struct Side: Decodable {
        let data: String
        let split: String
        let examples: Int
      }
      struct Score: Decodable {
        let name: String
        let target: Double
        let target_before_corruption: Double
        let target_adapted: Double?
      }
      struct Method: Decodable {
        let resamples: Int
        let quantile: Double
        let bins: Int
        let seed: Int
      }
      let reference: Side
      let target: Side
      let method: Method
      let score: Score?
      let distinguishable: Bool
    }
    struct Tensor: Decodable {
      struct Unit: Decodable {
        let unit: Int
        let values: [String: Double]
        let thresholds: [String: Double]
        let ratio: Double
        let distinguishable: Bool
      }
      let layer: Int?
      let tap: String
      let ratio: Double
      let distinguishable: Bool
      let values: [String: Double?]
      let constant_units: [Int]
      let units: [Unit]
    }
    let schema: Int
    let comparison: Comparison
    let tensors: [Tensor]
  }

  func document(_ arguments: [String]) throws -> Document {
    let run = try place.normscope(["shift"] + arguments + Self.quick + ["--format", "json"])
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
    return try decoder.decode(Document.self, from: Data(run.output.utf8))
  }

  @Test("Two splits of one data set need no database, and are not distinguishable")
  func withoutRun() throws {
    let options = ["--data-reference", "digits", "--data-target", "digits"]
    let document = try document(options)
    #expect(document.schema == 2)
    #expect(document.comparison.reference.split == "train")
    #expect(document.comparison.target.split == "test")
    #expect(document.comparison.reference.examples == 300)
    #expect(document.comparison.method.resamples == 40 && document.comparison.method.bins == 10)
    #expect(!document.comparison.distinguishable && document.comparison.score == nil)
    #expect(document.tensors.map(\.tap) == ["data"])
    #expect(document.tensors[0].units.count + document.tensors[0].constant_units.count == 64)

    let table = try place.normscope(["shift"] + options + Self.quick + ["--top", "3"]).output
    for part in [
      "# the data are not distinguishable", "300 of 1400 examples", "base 2", "natural logarithm",
      "40 resamples", "quantile 0.95", "up to 10 bins", "psi_critical", "seed 1",
    ] {
      #expect(table.contains(part), "\(part) in \(table)")
    }
    #expect(
      table.split(separator: "\n").filter { $0.contains("(row ") && !$0.hasPrefix("#") }.count == 3)
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("runs.db")))
  }

  @Test(
    "A corruption is seen at the features and layers of a run, in four formats with the same numbers"
  )
  func formats() throws {
    try place.normscope([
      "record", "--layers", "12", "--steps", "100", "--name", "small", "--probe", "0",
    ])
    let options = ["small", "--corrupt", "contrast:4"]
    let document = try document(options)
    #expect(document.comparison.target.data == "digits" && document.comparison.distinguishable)
    #expect(document.tensors.map(\.layer) == [nil, 1, 2])
    #expect(document.tensors.map(\.units.count).dropFirst() == [12, 10])
    for tensor in document.tensors {
      #expect(tensor.distinguishable && tensor.ratio == tensor.units.map(\.ratio).max())
      for unit in tensor.units {
        let ratios = unit.thresholds.map { (unit.values[$0] ?? 0) / $1 }
        #expect(abs((ratios.max() ?? 0) - unit.ratio) < 1e-9 * unit.ratio)
        #expect(unit.distinguishable == (unit.ratio > 1))
      }
    }
    let score = try #require(document.comparison.score)
    #expect(score.name == "accuracy" && score.target < score.target_before_corruption)

    let csv = try place.normscope(["shift"] + options + Self.quick + ["--format", "csv"]).output
      .split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
    let index = try #require(csv[0].firstIndex(of: "nw2"))
    let units = document.tensors.flatMap(\.units)
    #expect(csv.count == 1 + 3 + units.count)
    #expect(
      csv.dropFirst().filter { !$0[2].isEmpty }.map { Double($0[index]) }
        == units.map { $0.values["nw2"] })
    let lines = try place.normscope(["shift"] + options + Self.quick + ["--format", "ndjson"])
      .output
      .split(separator: "\n")
    #expect(lines.count == csv.count)
    #expect(lines.allSatisfy { $0.contains(#""schema":2"#) })

    let largest = try place.normscope(
      ["shift"] + options + Self.quick + ["--aggregate", "max", "--format", "csv"]
    ).output.split(separator: "\n")[1].split(separator: ",", omittingEmptySubsequences: false)
    #expect(
      Double(largest[index]) == document.tensors[0].units.compactMap { $0.values["nw2"] }.max())
  }

  @Test("Adaptation says what it recovered, and of an inversion that it is worse or not fixed")
  func adaptation() throws {
    try place.normscope([
      "record", "--layers", "32,32", "--activation", "relu", "--init", "he", "--steps", "300",
      "--name", "relu", "--probe", "0",
    ])
    let bright = try place.normscope(
      ["shift", "relu", "--corrupt", "brightness:3", "--adapt", "0"] + Self.quick)
    #expect(bright.output.contains("% of what was lost"), "\(bright.output)")
    let inverted = try document(["relu", "--corrupt", "invert", "--adapt", "16"])
    let score = try #require(inverted.comparison.score)
    #expect(try #require(score.target_adapted) < 0.5)

    try place.normscope(["record", "--layers", "4", "--norm", "none", "--steps", "5"])
    expectOneSentence(
      try place.attempt(["shift", "latest", "--corrupt", "invert", "--adapt", "0"]), exitCode: 64,
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
    let both = ["--data-reference", "a.csv", "--data-target", "b.csv"]
    let document = try document(both)
    #expect(document.comparison.distinguishable)
    #expect(document.comparison.reference.split == "all")
    #expect(document.comparison.target.examples == 60)
    try place.normscope([
      "record", "--data", "a.csv", "--layers", "3", "--batch-size", "10", "--steps", "5", "--probe",
      "0",
    ])
    let shown = try place.normscope(["shift", "latest", "--data-target", "b.csv"] + Self.quick)
    #expect(shown.output.contains("has no accuracy on them"))

    expectOneSentence(
      try place.attempt(["shift", "--data-reference", "a.csv", "--data-target", "wide.csv"]),
      exitCode: 65, containing: "2 features", "3")
    expectOneSentence(
      try place.attempt([
        "shift", "latest", "--data-reference", "wide.csv", "--data-target", "wide.csv",
      ]),
      exitCode: 65, containing: "reads 2 features")
    expectOneSentence(
      try place.attempt(["shift"] + both + ["--corrupt", "brightness"]), exitCode: 65,
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
    try place.normscope(["shift", "latest", "--corrupt", "contrast"] + Self.quick)
    expectOneSentence(
      try place.attempt(["shift", "latest", "--corrupt", "contrast:6"]), exitCode: 64,
      containing: "use 1 to 5")
    expectOneSentence(
      try place.attempt(["shift", "latest", "--data-target", "nowhere"]), exitCode: 66,
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
    let output = try place.normscope(["shift", "latest", "--data-target", "huge.csv"] + Self.quick)
      .output
    let layers = output.split(separator: "\n").filter { $0.hasPrefix("layer ") }
    #expect(layers.count == 2)
    #expect(output.contains("layer 2 preactivation: 2 units have a NaN or an infinity"))
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
      try place.attempt(["shift", "diverged", "--corrupt", "invert"]), exitCode: 66,
      containing: "has no checkpoint")
  }

  @Test(
    "What can't be asked for ends in one sentence and the right exit code",
    arguments: [
      ([], 64, "--data-target"),
      (["--data-reference", "digits"], 64, "--data-target"),
      (["--data-target", "digits"], 64, "--data-reference"),
      (["--data-reference", "digits", "--corrupt", "brightnes:3"], 64, "did you mean brightness?"),
      (["--data-reference", "digits", "--corrupt", "contrast:0"], 64, "use 1 to 5"),
      (["--data-reference", "digits", "--corrupt", "contrast:6"], 64, "use 1 to 5"),
      (["--data-reference", "digits", "--corrupt", "invert", "--points", "3"], 64, "--points"),
      (["--data-reference", "digits", "--corrupt", "invert", "--measure", "nw2"], 64, "--measure"),
      (
        ["--data-reference", "digits", "--corrupt", "invert", "--reference", "final"], 64,
        "--reference"
      ),
      (["--data-reference", "digits", "--corrupt", "invert", "--tap", "normalized"], 64, "--tap"),
      (["--data-reference", "digits", "--corrupt", "invert", "--examples", "1"], 64, "--examples"),
      (
        ["--data-reference", "digits", "--corrupt", "invert", "--resamples", "10001"], 64,
        "--resamples"
      ),
      (["--data-reference", "digits", "--corrupt", "invert", "--top=-1"], 64, "--top"),
      (["--data-reference", "digits", "--corrupt", "invert", "--adapt", "0"], 64, "--adapt"),
      (["--data-reference", "nowhere", "--data-target", "digits"], 66, "nowhere"),
      (["nobody", "--data-target", "digits"], 66, "runs.db"),
      (["--points", "5"], 64, "Name a run"),
      (["--data-reference", "linear-map", "--data-target", "digits"], 65, "64"),
    ])
  func refusals(options: [String], exitCode: Int32, part: String) throws {
    expectOneSentence(
      try place.attempt(["shift"] + options), exitCode: exitCode, containing: part)
  }
}
