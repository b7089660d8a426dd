import RunModel

/// The training loss of a run: of each step, or of equal numbers of successive steps where there are many.
struct LossSeries {
  /// The loss of a step, or the mean loss of several at the middle one of them.
  private(set) var points: [LineChart.Point] = []
  /// The smallest and the largest loss of the same steps; empty where each point is one step.
  private(set) var range: [(step: Int, low: Double, high: Double)] = []
  /// The number of steps that each point covers.
  let stepsPerPoint: Int
  /// The number of losses that cannot be drawn: NaN, infinite or beyond 1e300.
  private(set) var gapCount = 0

  /// Reads the losses of a run.
  ///
  /// - Throws: `StoreError`.
  init(of run: Run, in database: any RunReading) throws {
    let size = max(1, (run.stepCount + Sampling.limit - 1) / Sampling.limit)
    stepsPerPoint = size
    var steps: [Int] = []
    var losses: [Double] = []
    func close(_ series: inout LossSeries) {
      guard !steps.isEmpty else { return }
      let drawn = losses.filter(ChartScale.isDrawable)
      let step = steps[steps.count / 2]
      // Scaled before they are added: the sum of drawable losses may not be drawable.
      let mean = drawn.reduce(0) { $0 + $1 / Double(drawn.count) }
      series.points.append(LineChart.Point(step: step, value: drawn.isEmpty ? nil : mean))
      if size > 1 {
        series.range.append((step, drawn.min() ?? .nan, drawn.max() ?? .nan))
      }
      series.gapCount += losses.count - drawn.count
      (steps, losses) = ([], [])
    }
    try database.forEachStep(of: run) { step in
      // A loss that nobody gave is no gap.
      guard let loss = step.loss else { return }
      steps.append(step.step)
      losses.append(loss)
      if steps.count == size { close(&self) }
    }
    close(&self)
  }
}
