public import RunModel

/// The tensors of a run that a question is about, and how many of their steps an answer shows.
public struct SiteQuery: Sendable, Equatable {
  /// The layers; nil for all of them.
  public var layers: LayerSelection?
  /// The tensor of the layer; nil for the preactivation or, where the run recorded none, the activation or the input.
  public var tap: Site.Tap?
  /// The examples; nil for the probe if the run recorded it at several steps, else the training batch.
  public var population: Site.Population?
  /// The statistics mode of batch norm; nil for batch statistics.
  public var statistics: StatisticsMode?
  /// The first and the last step to answer for; nil for all of them.
  public var steps: ClosedRange<Int>?
  /// The largest number of steps to answer for, evenly spread from the first to the last; nil for every recorded step.
  public var points: Int?
  /// How these steps are spread.
  package var spread = StepSpread.recorded

  /// Asks for every recorded step of every layer.
  public init() {}
}

extension RunReading {
  /// The steps at which a site has moments, in order, all of them or those within `range`.
  ///
  /// - Throws: `StoreError`.
  package func steps(at site: RecordedSite, in range: ClosedRange<Int>?) throws -> [Int] {
    guard let range else { return try steps(at: site) }
    return try steps(at: site, in: range)
  }

  /// At most `count` of the steps within `range` at which a site has moments, evenly spread, and the number of all of them.
  ///
  /// A range or a count that is nil does not limit them. The number is nil where the steps are spread over step numbers, for
  /// which they are not counted.
  /// - Throws: `StoreError`.
  package func steps(
    at site: RecordedSite, in range: ClosedRange<Int>?, atMost count: Int?,
    _ spread: StepSpread = .recorded
  ) throws -> (steps: [Int], recordedCount: Int?) {
    if let count, spread == .numbers {
      return (try steps(at: site, in: range, nearNumbers: count), nil)
    }
    // To count the steps of a long run takes less time than to list them, and where none is missing the count is enough.
    if let count, let ends = try stepRange(at: site), range?.overlaps(ends) ?? true {
      let asked = range?.clamped(to: ends) ?? ends
      let recordedCount = try stepCount(at: site, in: asked)
      if recordedCount - 1 == asked.upperBound - asked.lowerBound {
        let places = StepSelection.places(among: recordedCount, atMost: count)
        return (places.map { asked.lowerBound + $0 }, recordedCount)
      }
    }
    let recorded = try steps(at: site, in: range)
    return (StepSelection.steps(recorded, atMost: count), recorded.count)
  }

  /// The last recorded steps up to each of `count` step numbers, which are evenly spread over `range` up to the last recorded
  /// step.
  private func steps(at site: RecordedSite, in range: ClosedRange<Int>?, nearNumbers count: Int)
    throws -> [Int]
  {
    guard let ends = try stepRange(at: site), range?.overlaps(ends) ?? true else { return [] }
    let first = max(ends.lowerBound, range?.lowerBound ?? 0)
    let last = try lastStep(at: site, upTo: range?.upperBound ?? ends.upperBound)
    guard let last, last >= first else { return [] }
    var found: [Int] = []
    for place in StepSelection.places(among: last - first + 1, atMost: count) {
      let step = try lastStep(at: site, upTo: first + place)
      if let step, step >= first, step != found.last { found.append(step) }
    }
    return found
  }
}
