import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Thinning")
struct ThinningTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  /// Two runs of 1200 steps, in plain rows.
  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    for name in ["thinned", "other"] {
      _ = try database.recorded(NewRun(name: name), seals: false) { recorder in
        for step in 0..<1200 { try recorder.recordSample(step) }
      }
    }
  }

  /// The steps at each site of the run that is thinned.
  func steps() throws -> [[Int]] {
    try database.sites(of: database.run("thinned")).map { try database.steps(at: $0) }
  }

  func thin(keepingEvery interval: Int, before end: Int, isDryRun: Bool = false) throws -> Thinning
  {
    try database.thin(
      database.run("thinned"), keepingEvery: interval, before: end, isDryRun: isDryRun)
  }

  @Test(
    "Steps before the end of a block that are no multiples go, with gamma and beta; all others stay"
  )
  func thin() throws {
    let others = try database.connection.rows(
      "SELECT hex(mean) FROM moment JOIN site ON site.id = site JOIN run ON run.id = run WHERE name = 'other'"
    ) { $0.text(0) }
    let preview = try thin(keepingEvery: 10, before: 600, isDryRun: true)
    #expect(try steps() == [Array(0..<1200), Array(0..<1200)])
    let thinning = try thin(keepingEvery: 10, before: 600)
    // 600 lies in the block of steps 512 to 639, which stays whole.
    let kept = Array(stride(from: 0, to: 512, by: 10)) + Array(512..<1200)
    #expect(try steps() == [kept, kept])
    // Of 460 steps a mean and a variance at both sites, of 2 and 3 features, and gamma and beta at one.
    #expect(thinning == Thinning(momentCount: 920, byteCount: 460 * 64, siteCount: 2))
    #expect(preview == thinning)
    #expect(try database.integer("SELECT count(*) FROM affine") == 1200 + kept.count)
    #expect(try database.run("thinned").stepCount == 1200)
    #expect(
      others
        == (try database.connection.rows(
          "SELECT hex(mean) FROM moment JOIN site ON site.id = site JOIN run ON run.id = run WHERE name = 'other'"
        ) { $0.text(0) }))
    try database.expectIntegrity()
    try database.check { Issue.record("\($0)") }
  }

  @Test("Values pooled over whole blocks stay the same, and thinning again finds nothing")
  func pooledMoments() throws {
    let blocks = [0..<128, 0..<1024, 256..<1200, 0..<1200]
    func pooled() throws -> [Moment?] {
      try database.sites(of: database.run("thinned")).flatMap { site in
        try blocks.map { try database.pooledMoment(at: site, steps: $0)?.moment }
      }
    }
    let before = try pooled()
    #expect(try thin(keepingEvery: 7, before: 4000).momentCount > 0)
    #expect(try pooled() == before)
    #expect(try thin(keepingEvery: 7, before: 4000) == Thinning())
    // Fewer of what is left.
    #expect(try thin(keepingEvery: 14, before: 4000).momentCount > 0)
    #expect(try pooled() == before)
    try database.check { Issue.record("\($0)") }
  }

  @Test(
    "The newest block is never thinned, nor what going on from the newest checkpoint would need")
  func goingOn() throws {
    let path = folder.file("long.db")
    func record(at path: String, thinning: Bool) throws -> [[String]] {
      let database = try RunDatabase(path: path, for: .record)
      let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
      for step in 0..<1280 {
        if step == 640 { try recorder.record(SampleRun.checkpoint(640)) }
        try recorder.recordSample(step)
      }
      try recorder.interrupt(reason: "Stopped.")
      if thinning {
        _ = try database.thin(database.run("run"), keepingEvery: 4000, before: 10_000)
        // Step 639 is the newest before the checkpoint, in the block from 512 on.
        let steps = try database.steps(at: database.sites(of: database.run("run"))[0])
        #expect(steps == [0] + Array(512..<1280))
      }
      let again = try SampleTraining.resume(database.run("run"), from: 640, in: database)
      for step in 640..<2400 { try again.recordSample(step) }
      try again.end(.finished)
      try database.check { Issue.record("\($0)") }
      return try ["rollup", "step"].map { try database.rows(of: $0, without: ["id"]) }
    }
    #expect(
      try record(at: path, thinning: true) == record(at: folder.file("whole.db"), thinning: false))
  }

  @Test("Blocks that recording did not pool are pooled first, as recording does")
  func missingBlocks() throws {
    let before = try database.rows(of: "rollup", without: ["id"])
    #expect(before.count == 2 * 2 * (9 + 1))
    try database.connection.run(
      "DELETE FROM rollup WHERE block_steps > 128 OR block = 3 OR site IN (SELECT min(id) FROM site)"
    )
    #expect(try thin(keepingEvery: 5, before: 256).momentCount == 2 * (256 - 52))
    let run = try database.run("thinned")
    #expect(
      try database.integer(
        "SELECT count(*) FROM rollup JOIN site ON site.id = site WHERE run = \(run.id)") == 20)
    try database.check { Issue.record("\($0)") }
    // The other run's are still missing, until that one is thinned.
    _ = try database.thin(database.run("other"), keepingEvery: 5, before: 256)
    #expect(try database.rows(of: "rollup", without: ["id"]) == before)
  }

  @Test("Nothing goes where nothing is pooled")
  func short() throws {
    _ = try database.recorded(NewRun(name: "short")) { recorder in
      for step in 0..<128 { try recorder.recordSample(step) }
    }
    #expect(
      try database.thin(database.run("short"), keepingEvery: 2, before: 128) == Thinning())
    #expect(try thin(keepingEvery: 2, before: 127) == Thinning())
    #expect(try thin(keepingEvery: 2, before: 0) == Thinning())
  }

  @Test("A tensor's first step stays, as it is what shift is measured from")
  func first() throws {
    _ = try database.recorded(NewRun(name: "late")) { recorder in
      for step in 129..<560 { try recorder.recordSample(step) }
    }
    let run = try database.run("late")
    _ = try database.thin(run, keepingEvery: 10, before: 384)
    let steps = try database.steps(at: database.sites(of: run)[0])
    #expect(steps == [129] + Array(stride(from: 130, to: 384, by: 10)) + Array(384..<560))
  }

  @Test("A run that a process records is not thinned, and senseless distances are refused")
  func refused() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "live"))
    for step in 0..<100 { try recorder.recordSample(step) }
    let error = try storeError {
      _ = try database.thin(database.run("live"), keepingEvery: 2, before: 64)
    }
    #expect(error.kind == .busy)
    try recorder.end(.finished)
    for (interval, end) in [(1, 64), (0, 64), (-3, 64), (2, -1)] {
      #expect(
        try storeError { _ = try thin(keepingEvery: interval, before: end) }.kind == .misuse)
    }
  }
}
