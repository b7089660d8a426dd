import Statistics

/// The shifts of a series, by step.
///
/// What they consist of lies in a few long arrays: to make one of its own for each took a tenth of a long query.
public struct ShiftPoints: RandomAccessCollection, Sendable, Equatable {
  private var steps: [Int] = []
  private var referenceSteps: [Int] = []
  /// For each point, one for each measure.
  private var summaries: [UnitSummary] = []
  /// One for each point, or none where the site's floor is unknown.
  private var floored: [FlooredShift?] = []
  private let measureCount: Int
  private let haveFloors: Bool

  /// No points yet.
  init(measureCount: Int, haveFloors: Bool) {
    self.measureCount = measureCount
    self.haveFloors = haveFloors
  }

  /// The place of the first.
  public var startIndex: Int { 0 }
  /// The place after the last.
  public var endIndex: Int { steps.count }

  /// The point at a place.
  public subscript(index: Int) -> ShiftSeries.Point {
    ShiftSeries.Point(
      step: steps[index], referenceStep: referenceSteps[index],
      summaries: summaries[index * measureCount..<(index + 1) * measureCount],
      floored: haveFloors ? floored[index] : nil)
  }

  /// Adds a point with what `appendSummaries` appends, a summary for each measure.
  mutating func append(
    step: Int, referenceStep: Int, floored shift: FlooredShift?,
    _ appendSummaries: (inout [UnitSummary]) -> Void
  ) {
    steps.append(step)
    referenceSteps.append(referenceStep)
    if haveFloors { floored.append(shift) }
    appendSummaries(&summaries)
  }

  /// Adds the points of later steps of the same series.
  mutating func append(contentsOf later: ShiftPoints) {
    steps += later.steps
    referenceSteps += later.referenceSteps
    summaries += later.summaries
    floored += later.floored
  }

  mutating func reserveCapacity(_ count: Int) {
    steps.reserveCapacity(count)
    referenceSteps.reserveCapacity(count)
    summaries.reserveCapacity(count * measureCount)
  }
}
