import FoundationEssentials
import SQLite
import TestSupport
import Testing

@Suite("Sealed vectors of runs")
struct SealingTests {
  static let training = [
    "--layers", "8", "--steps", "300", "--batch-size", "20", "--probe", "0", "--noise-every", "0",
    "--evaluate-every", "300", "--checkpoint-every", "150",
  ]

  /// A stream of steps with a tensor of eight units.
  static func stream(_ steps: Range<Int>, first: String) -> [String] {
    let begin =
      #"{"type": "begin", "protocol": 1, "name": "run"\#(first), "tensors": [{"name": "fc", "units": 8}]}"#
    return [begin]
      + steps.map { step in
        let mean = (0..<8).map { "\(1 + Double((step * 7919 + $0) % 101) / 500)" }
        return
          #"{"type": "step", "step": \#(step), "loss": 1, "moments": {"fc": {"count": 4, "mean": [\#(mean.joined(separator: ", "))], "variance": [1, 2, 3, 4, 5, 6, 7, 8]}}}"#
      } + [#"{"type": "end"}"#]
  }

  /// Records a run of 300 steps, or of 150 and then of 300.
  static func record(_ way: String, _ options: [String], in place: RecordedFolder) throws {
    switch way {
    case "record":
      try place.normscope(["record", "--name", "run"] + training + options)
    case "record --resume":
      try place.normscope(
        ["record", "--name", "run"] + training.map { $0 == "300" ? "150" : $0 }
          + ["--no-seal", "--evaluate-every", "150"])
      try place.normscope(["record", "--resume", "run", "--steps", "300"] + options)
    case "ingest":
      try place.folder.write(
        stream(0..<300, first: "").map { $0 + "\n" }.joined(), to: "run.ndjson")
      try place.normscope(["ingest", "run.ndjson"] + options)
    case "ingest --resume":
      try place.folder.write(
        stream(0..<150, first: "").map { $0 + "\n" }.joined(), to: "run.ndjson")
      try place.normscope(["ingest", "run.ndjson", "--no-seal"])
      try place.folder.write(
        stream(150..<300, first: #", "first_step": 150"#).map { $0 + "\n" }.joined(),
        to: "run.ndjson")
      try place.normscope(["ingest", "run.ndjson", "--resume", "run"] + options)
    default:
      let text = try String(decoding: PreparedFolder.copy().bytes(of: "study.json"), as: UTF8.self)
      try place.folder.write(
        text.replacing("\"steps\": 3", with: "\"steps\": 200").replacing(
          "\"layers\": [3]", with: "\"layers\": [8]"), to: "study.json")
      try place.normscope(["study", "run", "study.json", "--seeds", "2"] + options)
    }
  }

  static func frameCount(_ place: RecordedFolder) throws -> Int? {
    try place.answer(["sql", "SELECT count(*) AS n FROM frame"]).rows.first?["n"]?.number.map {
      Int($0)
    }
  }

  /// The hash of every vector.
  static func vectors(_ place: RecordedFolder) throws -> String {
    try place.normscope([
      "sql",
      """
      SELECT tap, moment.step, hex(mean), hex(variance), hex(gamma), hex(beta)
      FROM moment JOIN site ON site.id = site LEFT JOIN affine ON affine.moment = moment.id ORDER BY site, moment.step
      """, "--format", "csv",
    ]).output
  }

  @Test(
    "Blocks are sealed unless --no-seal is given; the answers are the same",
    arguments: ["record", "record --resume", "ingest", "ingest --resume", "study run"])
  func everyWay(way: String) throws {
    let (sealed, plain) = (try RecordedFolder(), try RecordedFolder())
    try Self.record(way, [], in: sealed)
    try Self.record(way, ["--no-seal"], in: plain)
    #expect(try Self.frameCount(sealed) ?? 0 > 0)
    #expect(try Self.frameCount(plain) == 0)
    let vectors = try Self.vectors(sealed)
    #expect(try vectors == Self.vectors(plain))
    #expect(vectors.split(separator: "\n").count > 300)
    for place in [sealed, plain] {
      #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
    }
    let columns = ["export", "--table", "moment", "--format", "csv", "-o", "moments.csv"]
    for place in [sealed, plain] {
      let run = way == "study run" ? "latest" : "run"
      try place.normscope(["export", run] + columns.dropFirst())
    }
    func exported(_ place: RecordedFolder) throws -> [Substring] {
      try String(decoding: place.bytes(of: "moments.csv"), as: UTF8.self)
        .split(separator: "\n").map { $0[($0.firstIndex(of: ",") ?? $0.startIndex)...] }
    }
    #expect(try exported(sealed) == exported(plain))
  }

  @Test("Compacting seals what was stored plain, and says the bytes before and after")
  func compact() throws {
    let place = try RecordedFolder()
    try Self.record("record", ["--no-seal"], in: place)
    let before = try Self.vectors(place)
    let said = try place.normscope(["db", "compact"]).output
    #expect(said.hasPrefix("compacted runs.db from "))
    #expect(try Self.frameCount(place) ?? 0 > 0)
    #expect(try Self.vectors(place) == before)
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  @Test("A damaged frame is a fault with its tensor and steps")
  func damage() throws {
    let place = try RecordedFolder()
    try Self.record("record", [], in: place)
    try Connection(path: place.folder.file("runs.db"), access: .readWrite).execute(
      "UPDATE frame SET mean = CAST(x'01ff' || substr(mean, 3) AS BLOB) WHERE step = 128 AND mean IS NOT NULL"
    )
    let checked = try place.attempt(["db", "check", "--format", "json"])
    #expect(checked.exitCode != 0)
    let faults = try AnswerDocument(json: checked.output).rows.filter {
      $0["rule"]?.text == "sealed"
    }
    #expect(!faults.isEmpty)
    #expect(faults.allSatisfy { $0["first_step"]?.number == 128 })
    let asked = try place.attempt(["sql", "SELECT vec_mean(mean) FROM moment"])
    #expect(asked.exitCode != 0 && asked.errorOutput.contains("checksum"))
  }
}
