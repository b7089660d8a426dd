import RunModel
import RunStore
import Synchronization
import TestSupport
import Testing
import Training

@testable import Studies

/// A database that tests record studies into.
struct TestedDatabase: StudyDatabase {
  let records: RunDatabase
  var durability: String { records.durability.rawValue }

  init(_ path: String) throws { records = try RunDatabase(path: path, for: .record) }

  func begin(_ run: NewRun) throws -> any RunWriting {
    try RunRecorder(database: records, run: run)
  }

  func resume(
    _ run: Run, from step: Int, configuration: String, provenance: String
  ) throws -> any RunWriting {
    try RunRecorder(
      database: records, resuming: run, from: step, requiresCheckpoint: true,
      configuration: configuration, provenance: provenance)
  }
}

@Suite("The recording of a study's runs")
struct StudyRecordingTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("study.db")
  }

  private func record(
    _ study: Study, threads: Int = 2, into path: String? = nil,
    isStopping: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws -> [Run] {
    let path = path ?? self.path
    return try StudyRecording(of: study, threadCount: threads).record(
      isStopping: isStopping, progress: progress
    ) { try TestedDatabase(path) }
  }

  private func losses(of runs: [Run], in path: String) throws -> [[Double]] {
    let database = try RunDatabase(path: path, for: .read)
    return try runs.map { run in
      var losses: [Double] = []
      try database.forEachStep(of: run) { losses.append($0.loss ?? .nan) }
      return losses
    }
  }

  @Test("Each run is recorded once, with its tags and its place")
  func once() throws {
    let study = try MadeStudy.read()
    let progress = Mutex<[Int]>([])
    let runs = try record(
      study,
      progress: { step in
        progress.withLock { $0.append(step.step) }
        #expect(step.stepCount == 36)
      })
    #expect(runs.map(\.name) == study.runs.map(\.name))
    #expect(runs.map(\.tags) == study.runs.map(\.tags))
    #expect(runs.allSatisfy { $0.status == .finished && $0.stepCount == 6 })
    let steps = progress.withLock { $0 }
    #expect(steps.count == 36 && steps == steps.sorted() && steps.last == 36)
    #expect(try record(study).map(\.uuid) == runs.map(\.uuid))
    #expect(try RunDatabase(path: path, for: .read).runs(inTrash: false).count == 6)
  }

  @Test("Two threads record what one does")
  func threads() throws {
    let study = try MadeStudy.read()
    let other = folder.file("other.db")
    let (one, two) = try (record(study, threads: 1), record(study, threads: 2, into: other))
    #expect(try losses(of: one, in: path) == losses(of: two, in: other))
  }

  @Test("More seeds record the new runs alone, and other settings are other runs")
  func more() throws {
    let first = try record(MadeStudy.read())
    var scale = Study.Scale()
    scale.seeds = 4
    let more = try record(MadeStudy.read(scale: scale))
    #expect(more.count == 8 && Set(first.map(\.uuid)).isSubset(of: more.map(\.uuid)))
    scale.isQuick = true
    let quick = try record(MadeStudy.read(scale: scale))
    #expect(quick.count == 8 && quick.allSatisfy { $0.stepCount == 4 })
    #expect(try RunDatabase(path: path, for: .read).runs(inTrash: false).count == 16)
  }

  @Test("A study that was stopped continues, and has what one has that never stopped")
  func stopping() throws {
    let study = try MadeStudy.read()
    let left = Mutex(15)
    #expect(throws: StudyStopped.self) {
      _ = try record(
        study,
        isStopping: {
          left.withLock { left in
            left -= 1
            return left < 0
          }
        })
    }
    let stopped = try RunDatabase(path: path, for: .read).runs(inTrash: false)
    #expect(stopped.contains { $0.status == .interrupted && $0.stepCount > 0 })
    let runs = try record(study)
    #expect(runs.allSatisfy { $0.status == .finished && $0.stepCount == 6 })
    #expect(try RunDatabase(path: path, for: .read).runs(inTrash: false).count == 6)
    let other = folder.file("other.db")
    #expect(try losses(of: runs, in: path) == losses(of: record(study, into: other), in: other))
  }

  @Test(
    "A run that another process records is waited for by nobody: the study says so, and records nothing"
  )
  func busy() throws {
    let study = try MadeStudy.read()
    _ = try record(study)
    let database = try RunDatabase(path: path, for: .record)
    let first = try #require(try database.runs(inTrash: false).first)
    let other = folder.file("other.db")
    let recorder = try RunRecorder(
      database: RunDatabase(path: other, for: .record),
      run: NewRun(
        name: first.name, configuration: first.configuration, provenance: first.provenance,
        tags: first.tags))
    let error = #expect(throws: StoreError.self) { try record(study, into: other) }
    #expect(try #require(error).kind == .busy)
    #expect("\(try #require(error))".contains("is being recorded by another process"))
    #expect(try RunDatabase(path: other, for: .read).runs(inTrash: false).count == 1)
    try recorder.end(.finished)
  }

  @Test("A database that does not open ends all")
  func unopened() throws {
    let study = try MadeStudy.read()
    #expect(throws: StoreError.self) { _ = try record(study, into: "/no/such/folder/study.db") }
  }

  @Test("Data that do not exist are refused before anything is recorded")
  func noData() throws {
    var scale = Study.Scale()
    scale.data = "/no/such/data.csv"
    let study = try MadeStudy.read(scale: scale)
    #expect(throws: (any Error).self) { _ = try record(study) }
    #expect(try RunDatabase(path: path, for: .read).runs(inTrash: false).isEmpty)
  }
}
