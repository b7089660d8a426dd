import FoundationEssentials
import SQLite
import TestSupport
import Testing

@Suite("Sealed vectors of runs")
struct SealingTests {
  /// A folder with a run of 300 steps, sealed to the end or not at all.
  static func place(isSealed: Bool) throws -> RecordedFolder {
    let place = try RecordedFolder()
    try place.normscope([
      "record", "--name", "run", "--layers", "8", "--steps", "300", "--batch-size", "20",
      "--probe", "20", "--probe-every", "5", "--noise-every", "0", "--evaluate-every", "300",
      "--checkpoint-every", "150", isSealed ? "--seal" : "--no-seal",
    ])
    if isSealed { try place.normscope(["db", "compact"]) }
    return place
  }

  /// Every vector, in order.
  static func vectors(_ place: RecordedFolder) throws -> String {
    try place.normscope([
      "sql",
      """
      SELECT layer, tap, population, moment.step, hex(mean), hex(variance), hex(gamma), hex(beta)
      FROM moment JOIN site ON site.id = site LEFT JOIN affine ON affine.moment = moment.id
      ORDER BY site, moment.step
      """, "--format", "csv",
    ]).output
  }

  @Test("Compacting seals a run, and every answer about it stays the same")
  func answers() throws {
    let place = try Self.place(isSealed: false)
    let questions = [
      ["shift", "run"], ["health", "run"], ["trajectory", "run"], ["distribution", "run"],
      ["alarms", "run"], ["show", "run"], ["shift", "run", "--points", "3"],
      ["shift", "run", "--reference", "previous"],
      ["export", "run", "--format", "json", "-o", "-"],
      ["sql", "SELECT count(*) AS n FROM affine"],
      ["sql", "SELECT vec_norm(mean) AS norm FROM moment ORDER BY site, step"],
    ]
    func answers() throws -> [String] {
      try [Self.vectors(place)]
        + questions.map {
          try place.normscope($0 + ($0.contains("--format") ? [] : ["--format", "json"])).output
        }
    }
    let before = try answers()
    let said = try place.normscope(["db", "compact"]).output
    #expect(said.hasPrefix("compacted runs.db from "))
    let sealed = try place.answer(["sql", "SELECT count(*) AS n FROM sealed"]).rows.first?["n"]
    #expect(sealed?.number ?? 0 > 0)
    for (index, answer) in try answers().enumerated() {
      #expect(answer == before[index], "\(index == 0 ? [] : questions[index - 1])")
    }
    #expect(before[0].split(separator: "\n").count > 600)
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
    try place.normscope(["record", "--resume", "run", "--steps", "600"])
    #expect(try place.answer(["db", "check"]).rows(of: "fault").isEmpty)
  }

  @Test("A damaged block is a fault, and an error of whatever reads it")
  func damage() throws {
    let place = try Self.place(isSealed: true)
    let connection = try Connection(path: place.folder.file("runs.db"), access: .readWrite)
    let blocks = "step = 128 AND vector = 1"
    var bits = try #require(
      try connection.firstRow("SELECT bits FROM sealed WHERE \(blocks)") { $0.bytes(0) })
    bits[bits.count / 2] ^= 1
    try connection.run("UPDATE sealed SET bits = ? WHERE \(blocks)", [.bytes(bits)])
    let checked = try place.attempt(["db", "check", "--format", "json"])
    #expect(checked.exitCode != 0)
    let faults = try AnswerDocument(json: checked.output).rows.filter {
      $0["rule"]?.text == "sealed"
    }
    #expect(!faults.isEmpty)
    let asked = try place.attempt(["sql", "SELECT vec_mean(mean) FROM moment"])
    #expect(asked.exitCode == 65 && asked.errorOutput.contains("steps 128 to 255 are damaged"))
    let shift = try place.attempt(["shift", "run"])
    #expect(shift.exitCode == 65 && shift.errorOutput.contains("are damaged"))
  }
}
