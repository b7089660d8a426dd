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

  /// At most `count` of the steps within `range` at which a site has moments, evenly spread as `StepSelection` does it, and
  /// the number of all of them; a range or a count that is nil does not limit them.
  ///
  /// - Throws: `StoreError`.
  package func steps(at site: RecordedSite, in range: ClosedRange<Int>?, atMost count: Int?) throws
    -> (steps: [Int], recordedCount: Int)
  {
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
}
