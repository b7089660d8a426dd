import RunModel

/// The training loss of a run: of each step, or of equal numbers of successive steps where there are many.
struct LossSeries {
  /// The loss of a step, or the mean loss of several at the middle one of them.
  private(set) var points: [LineChart.Point] = []
  /// The smallest and the largest loss of the same steps; empty where each point is one step, unless that is wanted.
  private(set) var range: [(step: Int, low: Double, high: Double)] = []
  /// The number of steps that each point covers.
  let stepsPerPoint: Int
  /// The number of steps that each point is the mean of: of a long run some of those that it covers.
  let stepsRead: Int
  /// The number of losses that cannot be drawn: NaN, infinite or beyond 1e300.
  private(set) var gapCount = 0
  private let hasRange: Bool

  /// The number of steps of a point from which on only the first of them are read, and how many.
  private static let (mostSteps, readSteps) = (64, 16)
  /// Ends the reading of the steps of a point.
  private struct Enough: Error {}

  /// Reads the losses of a run, at `limit` points or hardly more.
  ///
  /// Where a point covers more than `mostSteps` steps, only the first of them, at most 16, are read. Points of one step have a
  /// range where it `isPart` of a longer series.
  ///
  /// - Throws: `StoreError`.
  init(
    of run: Run, in range: ClosedRange<Int>? = nil, atMost limit: Int = Sampling.limit,
    mostSteps: Int = LossSeries.mostSteps, isPart: Bool = false, _ database: any RunReading
  ) throws {
    let last = try database.lastStep(of: run)?.step ?? 0
    let steps = (range ?? 0...last).clamped(to: 0...max(last, 0))
    let count = range == nil ? run.stepCount : min(run.stepCount, steps.count)
    let size = max(1, (count + limit - 1) / limit)
    stepsPerPoint = size
    hasRange = isPart || size > 1
    stepsRead = size > mostSteps ? min(mostSteps, LossSeries.readSteps) : size
    guard range.map({ $0.overlaps(steps) }) ?? true else { return }
    guard stepsRead < size else {
      var part = Part()
      try database.forEachStep(of: run, in: steps) { step in
        part.add(step)
        if part.steps.count == size { append(&part) }
      }
      append(&part)
      return
    }
    // Numbers of steps, which may have gaps between them.
    let length = (steps.count + limit - 1) / limit
    for start in stride(from: steps.lowerBound, through: steps.upperBound, by: length) {
      var part = Part()
      do {
        try database.forEachStep(of: run, in: start...min(start + length - 1, steps.upperBound)) {
          part.add($0)
          if part.steps.count == stepsRead { throw Enough() }
        }
      } catch is Enough {}
      append(&part)
    }
  }

  /// The steps of a point.
  private struct Part {
    var steps: [Int] = []
    var losses: [Double] = []

    mutating func add(_ step: StepRecord) {
      // A loss that nobody gave is no gap.
      guard let loss = step.loss else { return }
      steps.append(step.step)
      losses.append(loss)
    }
  }

  /// Appends the point of a part, which then is empty.
  private mutating func append(_ part: inout Part) {
    defer { part = Part() }
    guard !part.steps.isEmpty else { return }
    let drawn = part.losses.filter(ChartScale.isDrawable)
    let step = part.steps[part.steps.count / 2]
    // Scaled before they are added: the sum of drawable losses may not be drawable.
    let mean = drawn.reduce(0) { $0 + $1 / Double(drawn.count) }
    points.append(LineChart.Point(step: step, value: drawn.isEmpty ? nil : mean))
    if hasRange { range.append((step, drawn.min() ?? .nan, drawn.max() ?? .nan)) }
    gapCount += part.losses.count - drawn.count
  }
}
