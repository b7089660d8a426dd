import RunModel
import ShiftAnalysis

/// Which figures of runs are to be drawn, and which part of the runs they show; nothing else is read.
package struct FigureView: Sendable {
  /// The figures.
  package var kinds = Set(FigureKind.allCases)
  /// The first and the last step; nil for all.
  package var steps: ClosedRange<Int>?
  /// The layer; nil for all.
  package var layer: Int?
  /// The unit of the layer, from 1; nil for all units together.
  package var unit: Int?
  /// The step from which on points are read; nil for all that is shown.
  package var since: Int?
  /// The most points of a line.
  package var points = Sampling.limit
  /// Whether a page shows it while runs are recorded: the axis of steps has room for more of them, and points of a long run
  /// pool steps.
  package var isLive = false

  /// The most layers whose running gaps are read, the largest ones; nil for all.
  var gapLayers: Int?

  /// All figures of whole runs.
  package init() {}

  /// The `kinds` of figures of whole runs.
  package init(_ kinds: FigureKind...) { self.kinds = Set(kinds) }

  /// Whether one of these figures is to be drawn.
  func has(_ kinds: FigureKind...) -> Bool { !self.kinds.isDisjoint(with: kinds) }

  /// The steps that are read; nil for all.
  var read: ClosedRange<Int>? {
    guard let since else { return steps }
    let last = steps?.upperBound ?? .max - 1
    return min(max(since, steps?.lowerBound ?? 0), last)...last
  }

  /// The most points of a line in a figure of this many layers.
  func points(ofLayers count: Int) -> Int {
    layer == nil ? min(points, Sampling.limit(ofLayers: count)) : points
  }

  /// The most points that are read of a line in a figure of this many layers, where they do not pool steps.
  func readPoints(ofLayers count: Int = 1) -> Int {
    since == nil ? points(ofLayers: count) : min(FigureView.mostNew, points(ofLayers: count))
  }

  /// The most points that are read of a line from a step on.
  private static let mostNew = 20

  /// The owner of a tensor, for the title of a figure.
  var owner: String { layer == nil ? "each layer’s" : "the layer’s" }

  /// The units that a value is of, such as "the median over the units of a layer".
  var unitWords: String {
    unit.map { "unit \($0) alone" } ?? "median over the units of a layer"
  }

  /// The number of steps from which on points of a live page pool them, and of layers from which on maps show them.
  package static let (manySteps, manyLayers) = (20_000, LayerGroups.many)

  /// Whether points pool the steps of a run that has `count` of them.
  func isPooled(ofSteps count: Int) -> Bool {
    let shown = steps.map { min(count, $0.upperBound - max(0, $0.lowerBound)) } ?? count
    return isLive && shown > FigureView.manySteps
  }

  /// How the steps of points that do not pool them are spread in a run of `count` steps.
  func spread(ofSteps count: Int) -> StepSpread { isPooled(ofSteps: count) ? .numbers : .recorded }

  /// The ends of the axis of steps of a run whose figures have points at the steps `drawn`; nil where there are none.
  func axis(of run: Run, drawn: ClosedRange<Int>?) -> ClosedRange<Int>? {
    guard let drawn else { return nil }
    if let steps {
      return max(
        0, min(steps.lowerBound, drawn.lowerBound))...min(
          max(steps.upperBound, drawn.upperBound), max(run.stepCount, drawn.upperBound))
    }
    guard isLive, run.mayGrow else { return drawn }
    let planned = RunProgress(run, stepsPerSecond: nil).plannedStepCount
    // Without a plan a quarter more, so that a page need not change the axis with each step.
    return drawn.lowerBound...max(drawn.upperBound, planned ?? drawn.upperBound * 5 / 4)
  }
}
