import Statistics

/// The shifts of a series, by step.
///
/// Their values are in a few long arrays; an array for each point took a tenth of the time of a long query.
public struct ShiftPoints: RandomAccessCollection, Sendable, Equatable {
  /// The step of each point.
  package private(set) var steps: [Int] = []
  private var referenceSteps: [Int] = []
  /// The summaries of each point, one for each measure.
  private var summaries: [UnitSummary] = []
  /// The floored shift of each point; empty where the site's floor is unknown.
  private var floored: [FlooredShift?] = []
  private let measureCount: Int
  private let haveFloors: Bool

  /// An empty series.
  init(measureCount: Int, haveFloors: Bool) {
    self.measureCount = measureCount
    self.haveFloors = haveFloors
  }

  /// The index of the first point.
  public var startIndex: Int { 0 }
  /// The index after the last point.
  public var endIndex: Int { steps.count }

  /// The point at an index.
  public subscript(index: Int) -> ShiftPoint {
    ShiftPoint(
      step: steps[index], referenceStep: referenceSteps[index],
      summaries: summaries[index * measureCount..<(index + 1) * measureCount],
      floored: haveFloors ? floored[index] : nil)
  }

  /// Appends a point; `appendSummaries` appends a summary for each measure.
  mutating func append(
    step: Int, referenceStep: Int, floored shift: FlooredShift?,
    _ appendSummaries: (inout [UnitSummary]) -> Void
  ) {
    steps.append(step)
    referenceSteps.append(referenceStep)
    if haveFloors { floored.append(shift) }
    appendSummaries(&summaries)
  }

  /// Appends the points of later steps of the same series.
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
