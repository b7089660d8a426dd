import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Many processes, one file")
struct ConcurrentProcessTests {
  static let writerCount = 8
  static let stepCount = 500

  @Test(
    "Eight processes record while others ask: nobody is refused, no step is lost or seen half")
  func eightWriters() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    // Readers need a file.
    _ = try RunDatabase(path: path, for: .record)
    let recordings = try (0..<Self.writerCount).map { number in
      try StartedRecording(
        path: path, name: "run-\(number)", stepCount: Self.stepCount, pause: 4000)
    }
    let readers = try (0..<2).map { _ in try RunDatabase(path: path, for: .read) }
    var lookCount = 0
    while recordings.contains(where: \.isRunning) {
      for reader in readers { try look(reader) }
      // As a query of the command line does.
      try look(RunDatabase(path: path, for: .read))
      lookCount += 1
    }
    #expect(lookCount > 10)
    for recording in recordings {
      let (ending, lines) = try recording.wait()
      #expect(ending.exitCode == 0 && ending.errorOutput == "")
      #expect(lines.last?.flushedStep == Self.stepCount - 1)
      let longest = (lines.last?.longestNanoseconds ?? 0) / 1_000_000
      print("Beside seven other processes, the longest that a step waited: \(longest) ms.")
    }
    try readers[0].expectIntegrity()
    let runs = try readers[0].runs()
    #expect(runs.count == Self.writerCount)
    for run in runs {
      #expect(run.status == .finished && run.droppedStepCount == 0)
      #expect(
        try StartedRecording.checkedStepCount(of: run, in: readers[0]) == Self.stepCount)
    }
  }

  /// Looks for steps without their moments and moments without their steps.
  func look(_ database: RunDatabase) throws {
    let counts = try database.attempt {
      try database.connection.rows(
        """
        SELECT (SELECT count(*) FROM step WHERE step.run = run.id),
          (SELECT count(*) FROM step JOIN site ON site.run = step.run
             JOIN moment ON moment.site = site.id AND moment.step = step.step
             LEFT JOIN affine ON affine.moment = moment.id
           WHERE step.run = run.id AND (moment IS NOT NULL OR length(mean) = 0 AND EXISTS (
             SELECT 1 FROM sealed
             WHERE sealed.site = site.id AND vector = 4 AND sealed.step = moment.step / 128 * 128))),
          (SELECT count(*) FROM site JOIN moment ON moment.site = site.id WHERE site.run = run.id)
        FROM run
        """
      ) { [$0.integer(0), $0.integer(1), $0.integer(2)] }
    }
    for count in counts { #expect(Set(count).count == 1) }
    for run in try database.runs() { _ = try database.lastStep(of: run) }
  }
}
