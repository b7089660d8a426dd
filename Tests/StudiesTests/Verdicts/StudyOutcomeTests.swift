import RunStore
import Synchronization
import TestSupport
import Testing
import Training

@testable import Studies

@Suite("The measuring of a study's runs")
struct StudyOutcomeTests {
  private let folder: TemporaryFolder
  private let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("study.db")
  }

  private func outcome(
    of study: Study, threads: Int, isStopping: @escaping @Sendable () -> Bool = { false }
  ) throws -> StudyOutcome {
    let path = path
    let runs = try StudyRecording(of: study, threadCount: 1).record(
      isStopping: { false }, progress: { _ in }
    ) { try TestedDatabase(path) }
    return try StudyOutcome(of: study, runs, threadCount: threads, isStopping: isStopping) {
      try RunDatabase(path: path, for: .read)
    }
  }

  @Test("Each operand has the figures of its own arm, seed by seed, on any number of threads")
  func threads() throws {
    let study = try MadeStudy.read()
    let (one, two) = try (outcome(of: study, threads: 1), outcome(of: study, threads: 2))
    let criterion = one.criteria[0]
    #expect(criterion.measured == two.criteria[0].measured)
    let database = try RunDatabase(path: path, for: .read)
    for (operand, figures) in zip(criterion.criterion.operands, criterion.measured) {
      let arm = try #require(study.arms.first { $0.name == operand.arm })
      let expected = try study.seeds.map { seed in
        let run = try #require(one.run(arm: arm.name, seed: seed))
        return try operand.measure.value(
          of: RecordedArm(run, in: database, arm.configuration, RecordedDatasets()))
      }
      #expect(figures == expected)
    }
  }

  @Test("A stop ends it between two figures")
  func stop() throws {
    let left = Mutex(4)
    #expect(throws: StudyStopped.self) {
      _ = try outcome(of: try MadeStudy.read(), threads: 2) {
        left.withLock { left in
          left -= 1
          return left < 0
        }
      }
    }
  }
}
