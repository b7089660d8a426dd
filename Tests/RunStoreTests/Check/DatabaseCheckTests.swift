import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Checking a database")
struct DatabaseCheckTests {
  let folder: TemporaryFolder
  let path: String

  /// A run of 300 steps at two tensors of the batch, with a probe every tenth step, evaluations and a checkpoint, in
  /// plain rows.
  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    let probe = Site(layer: 1, tap: .input, population: .probe, statistics: .running, width: 1)
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"), seals: false)
    for step in 0...300 {
      if step % 10 == 0 {
        recorder.record(probe, step: step, count: 4, mean: [Float(step)], variance: [1])
        recorder.record(SampleRun.evaluation(step))
      }
      if step < 300 { try recorder.recordSample(step) }
    }
    try recorder.record(SampleRun.checkpoint(300))
    try recorder.end(.finished)
  }

  /// What a check finds after a change of the file that heeds none of its rules.
  func findings(after script: String = "", isQuick: Bool = false) throws -> [CheckFinding] {
    try Connection(path: path, access: .readWrite).execute(
      "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF;" + script)
    let database = try RunDatabase(path: path, for: .read)
    var findings: [CheckFinding] = []
    #expect(try database.check(isQuick: isQuick) { findings.append($0) } == 1)
    #expect(findings.allSatisfy { $0.message.hasSuffix(".") })
    return findings
  }

  static let site = "(SELECT id FROM site WHERE tap = 'preactivation')"

  @Test(
    "What recording leaves behind has no faults, and nothing to note", arguments: [false, true])
  func good(isQuick: Bool) throws {
    #expect(try findings(isQuick: isQuick) == [])
  }

  @Test(
    "Every fault is found with its place, in a quick check too",
    arguments: [
      (
        "UPDATE moment SET mean = zeroblob(8) WHERE site = \(site) AND step = 7",
        "vector-width",
        "layer 1 preactivation (population batch, statistics batch), step 7: the mean is 8 bytes"
      ),
      (
        "UPDATE moment SET variance = zeroblob(13) WHERE site = \(site) AND step = 7",
        "vector-width", "step 7: the variance is 13 bytes long, not 3 float32 numbers"
      ),
      (
        "UPDATE affine SET gamma = x'' WHERE moment = (SELECT max(moment) FROM affine)",
        "vector-width", "step 299: the gamma is 0 bytes"
      ),
      (
        "UPDATE affine SET beta = zeroblob(16) WHERE moment = (SELECT max(moment) FROM affine)",
        "vector-width", "step 299: the beta is 16 bytes"
      ),
      (
        "UPDATE rollup SET mean = zeroblob(8) WHERE site = \(site) AND block = 1",
        "vector-width", "block 1 of 128 steps: the mean is 8 bytes"
      ),
      (
        "UPDATE moment SET count = 0 WHERE site = \(site) AND step = 9", "count",
        "step 9: moments of 0 rows are impossible"
      ),
      (
        "UPDATE moment SET count = 9223372036854775807 WHERE site = \(site)", "count",
        "9223372036854775807 rows"
      ),
      (
        "UPDATE moment SET non_finite_count = 25 WHERE site = \(site) AND step = 9", "count",
        "25 elements"
      ),
      (
        "UPDATE moment SET non_finite_count = -1 WHERE site = \(site) AND step = 9", "count",
        "-1 elements"
      ),
      (
        "UPDATE rollup SET count = -4 WHERE site = \(site) AND block = 1", "count",
        "block 1 of 128 steps"
      ),
      (
        "UPDATE rollup SET step_count = 129 WHERE site = \(site) AND block = 1 AND block_steps = 128",
        "rollup", "it cannot hold 129 steps"
      ),
      (
        "UPDATE evaluation SET count = 0 WHERE step = 20", "count",
        "evaluation at step 20: it is over 0 examples"
      ),
      (
        "DELETE FROM affine WHERE moment = (SELECT max(moment) FROM affine)", "affine",
        "step 299: gamma and beta are missing"
      ),
      (
        "INSERT INTO affine SELECT moment.id, x'00', x'' FROM moment JOIN site ON site.id = site "
          + "WHERE epsilon IS NULL AND step = 5", "affine",
        "step 5: there are gamma and beta, but no normalization"
      ),
      (
        "DELETE FROM step WHERE step = 5", "step",
        "step 5: there are moments of a step that was not recorded"
      ),
      (
        "UPDATE moment SET step = -1 WHERE site = \(site) AND step = 0", "step",
        "step -1: steps count from 0"
      ),
      (
        "DELETE FROM moment WHERE site = \(site) AND step IN (100, 101)", "moment-gap",
        "no moments between steps 99 and 102, and other tensors have some of step 100"
      ),
      ("UPDATE site SET width = 0 WHERE id = \(site)", "width", "a tensor of 0 features"),
      ("UPDATE site SET width = 250000001 WHERE id = \(site)", "width", "250000001 features"),
      (
        "UPDATE site SET tap = 'strange' WHERE id = \(site)", "word",
        "the tap \"strange\" is unknown"
      ),
      ("UPDATE site SET population = 'strange'", "word", "the population \"strange\" is unknown"),
      (
        "UPDATE site SET statistics = 'strange' WHERE id = \(site)", "word",
        "the statistics \"strange\""
      ),
      (
        "UPDATE evaluation SET split = '' WHERE step = 10", "word",
        "evaluation at step 10: the split"
      ),
      (
        "UPDATE evaluation SET statistics = 'x' WHERE step = 10", "word",
        "the statistics \"x\" are unknown"
      ),
      (
        "UPDATE run SET step_count = 7", "step-count",
        "step_count is 7, and there are 300 steps"
      ),
      ("UPDATE run SET status = 'interrupted'", "word", "the status \"interrupted\" is unknown"),
      ("UPDATE run SET configuration = '{'", "json", "the configuration is not a JSON object"),
      ("UPDATE run SET provenance = '[]'", "json", "the provenance is not a JSON object"),
      (
        "DELETE FROM moment WHERE id = (SELECT max(id) FROM moment WHERE site = \(site))",
        "foreign-key",
        "of the table affine belongs to a row of moment that is missing"
      ),
    ], [false, true])
  func faults(damage: (script: String, rule: String, message: String), isQuick: Bool) throws {
    let findings = try findings(after: damage.script, isQuick: isQuick)
    let fault = findings.first { $0.rule == damage.rule && $0.message.contains(damage.message) }
    #expect(fault?.severity == .fault, "\(findings)")
    #expect((fault?.run == nil) == (damage.rule == "foreign-key"))
  }

  @Test(
    "Impossible numbers are found unless the check is quick",
    arguments: [
      ("variance", "000080BF", "variance", "the variance of unit 1 is -1.0"),
      ("variance", "0000C07F", "variance", "the variance of unit 1 is nan"),
      ("variance", "000080FF", "variance", "the variance of unit 1 is -inf"),
      ("mean", "0000807F", "finite", "the mean of unit 1 is inf"),
    ])
  func numbers(column: String, number: String, rule: String, message: String) throws {
    let script = """
      UPDATE moment SET \(column) = x'\(number)0000803F0000803F' WHERE site = \(Self.site) AND step = 298
      """
    #expect(try findings(after: script, isQuick: true) == [])
    let findings = try findings()
    #expect(findings.map(\.rule) == [rule] && findings.map(\.severity) == [.fault])
    #expect(findings.first?.message.contains("step 298: \(message)") == true, "\(findings)")
    #expect(findings.first?.steps == 298...298 && findings.first?.tensor?.layer == 1)
    #expect(findings.first?.tensor?.tap == "preactivation")
    // Where elements were not finite, moments are not either.
    #expect(
      try self.findings(
        after: "UPDATE moment SET non_finite_count = 1 WHERE site = \(Self.site) AND step = 298")
        == [])
  }

  @Test("A variance too large for float32 is a note, not a fault")
  func overflow() throws {
    let findings = try findings(
      after: """
        UPDATE moment SET variance = x'0000807F0000803F0000803F' WHERE site = \(Self.site) AND step = 298
        """)
    #expect(findings.map(\.severity) == [.note] && findings.map(\.rule) == ["variance"])
  }

  @Test("Skipped steps are a note, not a fault, and so are steps without any moments")
  func gaps() throws {
    let script =
      "PRAGMA foreign_keys = ON; DELETE FROM step WHERE step IN (55, 75, 76); UPDATE run SET step_count = 297;"
    let steps = try findings(after: script + "DELETE FROM moment WHERE step IN (55, 75, 76)")
    #expect(steps.map(\.severity) == [.note])
    #expect(
      steps.first?.message == "the steps jump from 54 to 56, and at 1 other place.", "\(steps)")
    // Where no block stands for them, the moments' absence is told too.
    let moments = try findings(after: "DELETE FROM rollup", isQuick: true)
    #expect(Set(moments.map(\.severity)) == [.note])
    #expect(moments.filter { $0.rule == "moment-gap" }.count == 4, "\(moments)")
  }

  @Test("A row that belongs to a missing one is a fault of the file")
  func foreignKeys() throws {
    let findings = try findings(
      after: "DELETE FROM site WHERE tap = 'input' AND population = 'batch'")
    #expect(
      findings.map(\.message) == [
        "300 rows of the table moment, 2 to 629, belong to rows of site that are missing.",
        "2 rows of the table rollup, 1 to 4, belong to rows of site that are missing.",
      ])
    #expect(findings.allSatisfy { $0.rule == "foreign-key" && $0.run == nil })
  }

  @Test("A fault of many steps is reported once for a site, with their range and number")
  func ranges() throws {
    let same = try findings(
      after: "UPDATE moment SET mean = zeroblob(8) WHERE site = \(Self.site) AND step % 2 = 1")
    #expect(
      same.map(\.message) == [
        "layer 1 preactivation (population batch, statistics batch), steps 1 to 299, 150 of them: the mean is 8 bytes long, not 3 float32 numbers."
      ])
    let several = try findings(
      after: """
        UPDATE moment SET mean = zeroblob(12), count = -step WHERE site = \(Self.site) AND step % 2 = 1;
        UPDATE evaluation SET count = 0; UPDATE rollup SET step_count = 500 WHERE site = \(Self.site)
        """)
    #expect(
      several.map(\.message) == [
        "evaluations at steps 0 to 300, 31 of them: it is over 0 examples.",
        "layer 1 preactivation (population batch, statistics batch), steps 1 to 299, 150 of them: at the first, moments of -1 rows are impossible.",
        "layer 1 preactivation (population batch, statistics batch), blocks 0 to 1 of 128 steps, 2 of them: it cannot hold 500 steps.",
      ])
  }

  @Test("Damaged pages are faults, and what can be read is checked all the same")
  func damaged() throws {
    var bytes = try folder.bytes("runs.db")
    let pageSize = 65_536
    // The last pages hold moments.
    for place in bytes.count - pageSize..<bytes.count - pageSize + 100 { bytes[place] = 0xAA }
    try folder.write(bytes, to: "damaged.db")
    let database = try RunDatabase(path: folder.file("damaged.db"), for: .read)
    var findings: [CheckFinding] = []
    try database.check { findings.append($0) }
    #expect(!findings.isEmpty)
    #expect(findings.contains { $0.rule == "integrity" && $0.severity == .fault })
  }

  @Test("A run that is being recorded is checked as it stands")
  func live() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "live"))
    let reader = try RunDatabase(path: path, for: .read)
    for step in 0..<400 {
      try recorder.recordSample(step)
      if step % 100 == 99 { try reader.check { Issue.record("\($0)") } }
    }
    try recorder.end(.finished)
  }
}
