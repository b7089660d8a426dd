import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Merging databases")
struct MergeTests {
  let folder: TemporaryFolder
  let here: RunDatabase
  let other: RunDatabase

  /// Here is one run; in the other file are two that were recorded at the same time.
  init() throws {
    folder = try TemporaryFolder()
    try makeSampleDatabase(at: folder.file("here.db"), steps: 5)
    let recording = try RunDatabase(path: folder.file("other.db"), for: .record)
    let recorders = try ["a", "b"].map {
      try RunRecorder(database: recording, run: NewRun(name: $0, tags: ["from": $0]))
    }
    for part in 0..<4 {
      for recorder in recorders {
        for step in part * 40..<(part + 1) * 40 { try recorder.recordSample(step) }
        recorder.record(SampleRun.evaluation(part * 40))
        try recorder.record(SampleRun.checkpoint((part + 1) * 40))
      }
    }
    for recorder in recorders { try recorder.interrupt(reason: "Stopped.") }
    for sql in MergeTests.rowsOfRareTables { try recording.connection.run(sql) }
    here = try RunDatabase(path: folder.file("here.db"), for: .record)
    other = try RunDatabase(path: folder.file("other.db"), for: .read)
  }

  func merge(isDryRun: Bool = false) throws -> [MergedRun.Outcome] {
    var outcomes: [MergedRun.Outcome] = []
    try here.merge(other, isDryRun: isDryRun) { outcomes.append($0.outcome) }
    return outcomes
  }

  /// What gives each run rows of what few runs measure.
  static let rowsOfRareTables = [
    "INSERT INTO batch_noise (site, step, batches, count, rho, kurtosis, degrees_of_freedom, variance) SELECT id, 7, 2, 16, x'01', x'02', 1.5, x'03' FROM site",
    "INSERT INTO event (run, step, layer, kind, message) SELECT id, 7, 1, 'alarm', name FROM run",
    "INSERT INTO gradient_shift (run, step, layer, gradient_norm, difference_norm, cosine) SELECT id, 7, 1, 0.5, 0.25, 1 FROM run",
    "INSERT INTO higher_moment (moment, skewness, kurtosis) SELECT id, mean, variance FROM moment",
    // From 0 to 1 in each feature, as going on with a run reads them.
    "INSERT INTO histogram_axis (site, bins, lower, upper) SELECT id, 4, zeroblob(4 * width), substr(x'0000803f0000803f0000803f', 1, 4 * width) FROM site",
    "INSERT INTO histogram (site, step, counts) SELECT id, 7, x'05' FROM site",
    "INSERT INTO landscape (run, step, step_length, loss, gradient_norm, difference_norm) SELECT id, 7, 0.1, 2, 0.5, 0.25 FROM run",
    // Before all steps, as going on with a run reads the others.
    "INSERT INTO sealed (site, step, vector, unit, bits) SELECT id, -128, 1, 0, x'07' FROM site",
    "INSERT INTO quantile (site, step, level, quantile) SELECT id, 7, 0.15, x'06' FROM site",
  ]

  /// Every row of every table, but for what a file alone says of itself.
  func contents(_ database: RunDatabase) throws -> [String: [String]] {
    try StoredRows(of: database.connection, without: []).tables.filter { $0.key != "migration" }
  }

  @Test("Every row of the other file's runs is here afterwards, beside those that were")
  func add() throws {
    let before = try contents(here)
    let others = try contents(other)
    #expect(others.values.allSatisfy { !$0.isEmpty })
    #expect(try merge() == [.added, .added])
    #expect(try contents(here) == before.merging(others) { ($0 + $1).sorted() })
    try here.expectIntegrity()
    for (name, count) in [("sample", 5), ("a", 160), ("b", 160)] {
      #expect(try SampleRun.checkedStepCount(of: here.run(name), in: here) == count)
    }
    #expect(try here.run("a").tags == ["from": "a"])
    let block = try here.pooledMoment(at: here.sites(of: here.run("b"))[1], steps: 0..<128)
    #expect(
      try block?.moment
        == other.pooledMoment(at: other.sites(of: other.run("b"))[1], steps: 0..<128)?.moment)
  }

  @Test("A second time changes nothing, and a dry run neither")
  func again() throws {
    let before = try contents(here)
    #expect(try merge(isDryRun: true) == [.added, .added])
    #expect(try contents(here) == before)
    _ = try merge()
    let after = try contents(here)
    #expect(try merge() == [.here, .here])
    #expect(try contents(here) == after)
  }

  @Test("The other file is not changed, nor are its runs in the trash copied")
  func unchanged() throws {
    let writer = try RunDatabase(path: other.path, for: .record)
    try writer.delete([writer.run("a")])
    let before = try contents(other)
    #expect(try merge() == [.added])
    #expect(try contents(other) == before)
    #expect(try here.runs().map(\.name) == ["sample", "b"])
  }

  @Test(
    "A run that went on there is replaced, and keeps the place, name, note and tags that it has here"
  )
  func replaced() throws {
    _ = try merge()
    try here.rename(here.run("a"), to: "mine")
    try here.setNote(of: here.run("mine"), to: "looked at")
    try here.setTags(of: here.run("mine"), to: ["from": "me", "new": "x"])
    let writer = try RunDatabase(path: other.path, for: .record)
    // Runs come in the order in which they began, which the two may have done in one millisecond.
    for file in [here, writer] {
      try file.connection.run(
        "UPDATE run SET started_at = '2099-01-01T00:00:00.000Z' WHERE name = 'b'")
    }
    let run = try writer.run("a")
    let recorder = try SampleTraining.resume(run, from: 160, in: writer)
    for step in 160..<190 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    try writer.setTags(of: run, to: ["from": "other", "there": "y"])

    #expect(try merge() == [.replaced(steps: 160), .here])
    let merged = try here.run("mine")
    #expect(merged.uuid == run.uuid && merged.status == .finished && merged.note == "looked at")
    #expect(merged.tags == ["from": "me", "new": "x", "there": "y"])
    #expect(try SampleRun.checkedStepCount(of: merged, in: here) == 190)
    #expect(try here.runs().map(\.name) == ["sample", "mine", "b"])
    try here.expectIntegrity()
    #expect(try merge() == [.here, .here])
  }

  @Test("A run that went on here stays, and one in the trash too")
  func behind() throws {
    _ = try merge()
    let recorder = try SampleTraining.resume(here.run("a"), from: 160, in: here)
    for step in 160..<170 { try recorder.recordSample(step) }
    try recorder.end(.finished)
    #expect(try merge() == [.here, .here])
    try here.delete([here.run("b")])
    #expect(try merge() == [.here, .inTrash])
    #expect(try here.run("a").stepCount == 170)
  }

  @Test("A run that a process records is left alone, there or here")
  func live() throws {
    let writer = try RunDatabase(path: other.path, for: .record)
    let recorder = try SampleTraining.resume(writer.run("a"), from: 160, in: writer)
    for step in 160..<180 { try recorder.recordSample(step) }
    #expect(try merge() == [.recorded, .added])
    try recorder.end(.finished)
    #expect(try merge() == [.added, .here])

    let again = try SampleTraining.resume(here.run("b"), from: 40, in: here)
    #expect(try merge() == [.here, .recorded])
    try again.end(.finished)
  }

  @Test(
    "A run that cannot be copied whole is not copied, and the damaged file is named",
    arguments: [
      "UPDATE site SET tap = 'strange' WHERE tap = 'input' AND run = 2",
      "UPDATE step SET step = -1 WHERE step = 7 AND run = 2",
      "DELETE FROM histogram_axis WHERE site = (SELECT max(id) FROM site WHERE run = 2)",
    ])
  func damaged(_ damage: String) throws {
    try Connection(path: other.path, access: .readWrite).execute(
      "PRAGMA ignore_check_constraints = ON; PRAGMA foreign_keys = OFF; \(damage)")
    let error = try storeError { _ = try merge() }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("other.db") && !error.description.contains("here.db"))
    #expect(try here.runs().map(\.name) == ["sample", "a"])
    try here.expectIntegrity()
  }

  @Test("An unreadable page is reported with its file", arguments: [true, false])
  func damagedPage(isOfSource: Bool) throws {
    let broken = try withoutIndexOfMoments(isOfSource ? other : here)
    let error = try storeError {
      try (isOfSource ? here : broken).merge(isOfSource ? broken : other) { _ in }
    }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("The database \(broken.path) is damaged"))
    #expect(try here.runs().map(\.name) == ["sample"])
    try here.expectIntegrity()
  }

  /// A copy of a database in which the first page of an index holds zeros.
  func withoutIndexOfMoments(_ database: RunDatabase) throws -> RunDatabase {
    let writer = try Connection(path: database.path, access: .readWrite)
    try writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let page = try #require(
      writer.firstRow(
        "SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'moment'"
      ) { $0.integer(0) })
    var bytes = try folder.bytes(String(database.path.split(separator: "/").last ?? ""))
    let size = DatabaseFile.pageSize
    bytes.replaceSubrange((page - 1) * size..<page * size, with: repeatElement(0, count: size))
    return try RunDatabase(path: folder.write(bytes, to: "broken.db"), for: .record)
  }
}
