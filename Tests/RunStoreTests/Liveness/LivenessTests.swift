import FoundationEssentials
import Glibc
import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Who records a run")
struct LivenessTests {
  let folder: TemporaryFolder
  let path: String
  let file: DatabaseFile
  /// A process of another namespace: nobody here can see it.
  let stranger = ProcessIdentity(
    bootID: ProcessIdentity.current.bootID, processID: 4_194_304, startTime: 1)

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
    file = try DatabaseFile(path: path, durability: .process, vfs: nil)
  }

  @Test(
    "A mark is seen while its holder lives, at its run alone, and the file is gone after the last")
  func marks() throws {
    #expect(RecorderLock.isHeld(run: 7, of: file) == false)
    let first = try #require(try RecorderLock(run: 7, shortID: "a", for: .recording, of: file))
    let second = try #require(try RecorderLock(run: 9, shortID: "b", for: .recording, of: file))
    #expect(
      [6, 7, 8, 9].map { RecorderLock.isHeld(run: $0, of: file) } == [false, true, false, true])
    first.release()
    #expect(RecorderLock.isHeld(run: 7, of: file) == false)
    #expect(RecorderLock.isHeld(run: 9, of: file) == true)
    #expect(try folder.names() == ["runs.db-recorders"])
    second.release()
    #expect(RecorderLock.isHeld(run: 9, of: file) == false)
    #expect(try folder.names() == [])
  }

  @Test("A run has one mark at a time")
  func exclusive() throws {
    let first = try RecorderLock(run: 7, shortID: "abcdefgh", for: .recording, of: file)
    let error = try storeError {
      _ = try RecorderLock(run: 7, shortID: "abcdefgh", for: .recording, of: file)
    }
    #expect(error.kind == .busy)
    #expect(error.description.contains("run abcdefgh in \(path)"))
    first?.release()
    #expect(try RecorderLock(run: 7, shortID: "abcdefgh", for: .recording, of: file) != nil)
  }

  @Test("A mark whose file was removed is made again, and one that is not its own is not removed")
  func renewed() throws {
    let lock = try #require(try RecorderLock(run: 7, shortID: "a", for: .recording, of: file))
    lock.renew()
    try folder.remove("runs.db-recorders")
    #expect(RecorderLock.isHeld(run: 7, of: file) == false)
    lock.renew()
    #expect(RecorderLock.isHeld(run: 7, of: file) == true)
    try folder.remove("runs.db-recorders")
    let other = try #require(try RecorderLock(run: 8, shortID: "b", for: .recording, of: file))
    lock.release()
    #expect(RecorderLock.isHeld(run: 8, of: file) == true)
    #expect(try folder.names() == ["runs.db-recorders"])
    other.release()
  }

  @Test("Each write of a recorder looks whether its mark is there")
  func renewedByRecorder() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try folder.remove("runs.db-recorders")
    try recorder.recordSample(0)
    try recorder.flush()
    #expect(RecorderLock.isHeld(run: 1, of: file) == true)
    try recorder.end(.finished)
    #expect(try folder.names().contains("runs.db-recorders") == false)
  }

  @Test("Who changes a run keeps recorders and others who would change it away, and is no recorder")
  func changing() throws {
    let change = try #require(try RecorderLock(run: 7, shortID: "a", for: .changing, of: file))
    #expect(RecorderLock.isHeld(run: 7, of: file) == false)
    for purpose in [RecorderLock.Purpose.recording, .changing] {
      #expect(
        try storeError { _ = try RecorderLock(run: 7, shortID: "a", for: purpose, of: file) }.kind
          == .busy)
    }
    change.release()
    #expect(try RecorderLock(run: 7, shortID: "a", for: .recording, of: file) != nil)
  }

  @Test("A mark's file may be used by all who may use the database")
  func permissions() throws {
    try folder.write("", to: "runs.db")
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
    let lock = try RecorderLock(run: 1, shortID: "a", for: .recording, of: file)
    let attributes = try FileManager.default.attributesOfItem(atPath: file.lockPath)
    #expect(attributes[.posixPermissions].map { "\($0)" } == "\(0o666)")
    lock?.release()
  }

  @Test("A process that has ended and waits for its parent records nothing")
  func zombie() throws {
    var child = pid_t()
    let arguments = unsafe [strdup("true"), nil]
    try #require(unsafe posix_spawnp(&child, "true", nil, nil, arguments, nil) == 0)
    // Until it is one.
    for _ in 0..<1000 where ProcessIdentity.startTime(of: Int(child)) != nil { usleep(10_000) }
    #expect(ProcessIdentity.startTime(of: Int(child)) == nil)
    #expect(FileManager.default.fileExists(atPath: "/proc/\(child)"))
    _ = waitpid(child, nil, 0)
  }

  @Test("The kernel takes the mark back when its process is killed")
  func killed() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
      let file = try DatabaseFile(path: path, durability: .process, vfs: nil)
      let lock = try RecorderLock(run: 3, shortID: "a", for: .recording, of: file)
      guard lock != nil, RecorderLock.isHeld(run: 3, of: file) == true else { exit(1) }
      kill(getpid(), SIGKILL)
    }
    #expect(try folder.names() == ["runs.db-recorders"])
    #expect(RecorderLock.isHeld(run: 3, of: file) == false)
  }

  @Test("An unreadable mark is ignored, and a mark is never made through a link")
  func unreadable() throws {
    try FileManager.default.createSymbolicLink(
      atPath: file.lockPath, withDestinationPath: "elsewhere")
    #expect(RecorderLock.isHeld(run: 1, of: file) == nil)
    #expect(try RecorderLock(run: 1, shortID: "a", for: .recording, of: file) == nil)
    #expect(try folder.names() == ["runs.db-recorders"])
  }

  @Test("A process of another container is alive while it holds the mark")
  func otherNamespace() throws {
    let now = "2026-01-31T12:00:00.000Z"
    #expect(file.liveness(ofRun: 4, owner: stranger, heartbeat: now) == .gone)
    let lock = try RecorderLock(run: 4, shortID: "a", for: .recording, of: file)
    #expect(file.liveness(ofRun: 4, owner: stranger, heartbeat: now) == .alive)
    #expect(file.liveness(ofRun: 4, owner: .nobody, heartbeat: now) == .gone)
    lock?.release()
  }

  @Test("Without a mark, as of an earlier version, a process that is seen to live does")
  func noMark() {
    #expect(file.liveness(ofRun: 1, owner: .current, heartbeat: "") == .alive)
  }

  @Test(
    "Without marks, the newest write decides",
    arguments: [
      (0.0, "alive"), (59, "alive"), (61, "unknown"), (3599, "unknown"), (3601, "gone"),
      (-30, "alive"), (-7200, "unknown"),
    ])
  func heartbeat(age: Double, expected: String) {
    let now = Date(timeIntervalSince1970: 1_800_000_000)
    let time = Date(timeInterval: -age, since: now)
      .formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    #expect("\(Liveness(heartbeat: time, now: now))" == expected)
    #expect(Liveness(heartbeat: "yesterday", now: now) == .unknown)
  }

  @Test(
    "While its recorder lives, a run is not resumed, deleted, purged or thinned, and the file not compacted"
  )
  func guarded() throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    try recorder.recordSample(0)
    try recorder.record(SampleRun.checkpoint(1))
    // Its process is one of another namespace.
    try database.connection.run("UPDATE run SET process_id = 4194304, process_start = 1")
    let other = try RunDatabase(path: path, for: .record)
    let run = try other.run("run")
    #expect(run.status == .running)
    let attempts: [() throws -> Void] = [
      { _ = try SampleTraining.resume(run, from: 1, in: other) },
      { try other.delete([run]) }, { try other.purge(run) }, { _ = try other.compact() },
      { _ = try other.thin(run, keepingEvery: 2, before: 10) },
    ]
    for attempt in attempts {
      let error = try storeError { try attempt() }
      #expect(error.kind == .busy)
      #expect(error.description.contains("is being recorded by process 4194304"))
    }
    try recorder.end(.finished)
    try other.delete([run])
    try other.purge(run)
    #expect(try other.runs(inTrash: true).isEmpty)
  }

  @Test("A file that an earlier version records into is not upgraded, by nobody who asks")
  func olderRecorder() throws {
    let fixture = SchemaFixtureTests.path(ofVersion: 1)
    try FileManager.default.copyItem(atPath: fixture, toPath: path)
    let connection = try file.connect(.readWrite)
    let current = ProcessIdentity.current
    try connection.run(
      "UPDATE run SET status = 'running', boot_id = ?, process_id = ?, process_start = ?",
      current.bindings)
    for access in [RunDatabase.Access.read, .record] {
      let error = try storeError { _ = try RunDatabase(path: path, for: access) }
      #expect(error.kind == .busy)
      #expect(error.description.contains("is being recorded by process \(current.processID)"))
    }
    #expect(try connection.firstRow("PRAGMA user_version") { $0.integer(0) } == 1)
    try connection.run("UPDATE run SET status = 'finished'")
    _ = try RunDatabase(path: path, for: .read)
    #expect(try connection.firstRow("PRAGMA user_version") { $0.integer(0) } ?? 0 > 1)
  }
}
