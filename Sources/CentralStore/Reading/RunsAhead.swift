import RunModel

/// What is read of several runs at once.
struct RunsAhead {
  var sites = RecordsAhead<RecordedSite>()
  var lastSteps = RecordsAhead<StepRecord>()
  var evaluations = RecordsAhead<EvaluationRecord>()
  var vectorBytes = RecordsAhead<Int>()
  /// The first and the last step of each site of the runs.
  var stepRanges = RecordsAhead<ClosedRange<Int>>()

  /// Runs, by their row ids, that are read in this order.
  init(_ runs: [Int] = []) {
    sites = RecordsAhead(of: runs)
    lastSteps = RecordsAhead(of: runs)
    evaluations = RecordsAhead(of: runs)
    vectorBytes = RecordsAhead(of: runs)
  }
}
