package import RunModel
import Training

/// What a study found: the figures of each criterion and the verdict on it.
package struct StudyOutcome {
  /// A criterion with its figures.
  package struct Criterion: Sendable {
    /// The criterion.
    package let criterion: StudyCriterion
    /// The measured figures of each operand, seed by seed.
    package let measured: [[Double]]
    /// The test of the figures that are made of them.
    package let test: SeedTest
  }

  /// The study.
  package let study: Study
  /// The recorded runs, the seeds of one arm after the other.
  package let runs: [Run]
  /// The criteria.
  package let criteria: [Criterion]

  /// The verdict on the whole.
  package var verdict: StudyVerdict { .together(criteria.map(\.test.verdict)) }

  /// Each measure in each arm that a criterion is of, once, with the figures seed by seed.
  var measurements: [(measure: any StudyMeasure, arm: String, figures: [Double])] {
    var seen: Set<[String]> = []
    return criteria.flatMap { found in
      zip(found.criterion.operands, found.measured).map {
        (measure: $0.measure, arm: $0.arm, figures: $1)
      }
    }.filter { seen.insert([$0.measure.words, $0.arm]).inserted }
  }

  /// The run of an arm with a seed of the study; nil where there is none.
  package func run(arm: String, seed: UInt64) -> Run? {
    guard let arm = study.arms.firstIndex(where: { $0.name == arm }),
      let place = study.seeds.firstIndex(of: seed)
    else { return nil }
    return runs[arm * study.seeds.count + place]
  }

  /// Measures the runs of a study.
  ///
  /// - Parameters:
  ///   - study: the study.
  ///   - runs: its runs, in its order.
  ///   - threadCount: the number of runs that are measured at once, at most.
  ///   - isStopping: whether to stop, asked on any thread before each figure and in long measurements.
  ///   - open: opens the store of the runs, once for each thread.
  /// - Throws: `StudyStopped`; `StudyError` where a run lacks what is measured; `InputFileError`, `DatasetError`, `ShiftError`,
  ///   `StoreError`, and what `open` throws.
  package init(
    of study: Study, _ runs: [Run], threadCount: Int,
    isStopping: @escaping @Sendable () -> Bool = { false },
    open: @Sendable () throws -> any CheckpointReading
  ) throws {
    self.study = study
    self.runs = runs
    let seedCount = study.seeds.count
    let names = study.arms.map(\.name)
    precondition(
      runs.count == names.count * seedCount,
      "A study is measured when all of its runs are recorded.")
    let configurations = study.runs.map(\.configuration)
    let datasets = RecordedDatasets()
    let items = ConcurrentItems(count: runs.count, threadCount: threadCount)
    // The figures of each run by criterion and operand, which are nil where an operand is of another arm.
    let measured = try items.map(open: open) { place, store, hasFailed in
      let run = RecordedArm(
        runs[place], in: store, configurations[place], datasets, isStopping: isStopping)
      return try study.criteria.map { criterion in
        try criterion.operands.map { operand -> Double? in
          guard operand.arm == names[place / seedCount] else { return nil }
          guard !hasFailed() else { throw StudyStopped() }
          try run.checkStop()
          return try operand.measure.value(of: run)
        }
      }
    }
    criteria = study.criteria.enumerated().map { index, criterion in
      let measured = criterion.operands.indices.map { operand in
        measured.compactMap { $0[index][operand] }
      }
      let figures = (0..<seedCount).map { seed in
        criterion.comparison.figure(of: measured.map { $0[seed] }, over: criterion.numbers)
      }
      return Criterion(
        criterion: criterion, measured: measured,
        test: SeedTest(
          figures, within: criterion.bounds, isRatio: criterion.comparison == .ratio,
          by: criterion.test))
    }
  }
}
