import RunModel
import Statistics

/// Makes the series of one site of its moments pooled over windows, which come in order.
///
/// It has no sampling floors: batches of one epoch share no row, so that a pool of many of them has far less noise than
/// as many independent rows, and how much less no record tells.
struct PooledSeriesBuilder {
  let selected: SiteSelection.Selected
  let windows: StepWindows
  private let query: ShiftQuery
  private var comparison: UnitComparison
  private var referenceStep: Int?
  private var points: ShiftPoints
  private var recordedCount = 0
  /// What came of single steps since the window of `openWindow` began.
  private var pool: StepPool
  private var openWindow = 0..<0

  init(
    _ selected: SiteSelection.Selected, _ query: ShiftQuery, windows: StepWindows
  ) {
    self.selected = selected
    self.query = query
    self.windows = windows
    let width = selected.source.site.width
    comparison = UnitComparison(
      measures: query.measures, aggregate: query.aggregate, width: width, epsilon: selected.epsilon)
    points = ShiftPoints(measureCount: query.measures.count, haveFloors: false)
    pool = StepPool(width: width)
  }

  /// Takes moments as what the following ones are compared with.
  mutating func setReference(to moment: borrowing Moment) {
    comparison.setReference(to: moment, isDerived: false)
    referenceStep = moment.step
  }

  /// Compares a window with the reference; then it may be the next one's reference.
  mutating func add(_ pooled: PooledMoment) {
    recordedCount += pooled.stepCount
    if referenceStep == nil && query.reference == .start { setReference(to: pooled.moment) }
    if let referenceStep {
      points.append(
        step: pooled.moment.step, referenceStep: referenceStep, floored: nil
      ) { comparison.appendShifts(of: pooled.moment, isDerived: false, to: &$0) }
    }
    if query.reference == .previous { setReference(to: pooled.moment) }
  }

  /// Adds the moments of a step to its window; to be given steps in their order.
  mutating func add(step moment: borrowing Moment) {
    if !openWindow.contains(moment.step) {
      closeWindow()
      openWindow = windows.window(of: moment.step)
    }
    pool.add(moment)
  }

  /// Compares the window that steps were added to.
  mutating func closeWindow() {
    if let pooled = pool.moment(ofStepsFrom: openWindow.lowerBound) { add(pooled) }
    pool.removeAll()
  }

  /// All that was added.
  var series: ShiftSeries {
    let site = selected.source.site
    return ShiftSeries(
      layer: site.layer,
      coordinates: ShiftCoordinates(
        tap: query.tap, population: site.population, statistics: site.statistics,
        reference: query.reference),
      width: site.width, epsilon: selected.epsilon, measures: query.measures,
      aggregate: query.aggregate, points: points, windowSteps: windows.length,
      recordedCount: recordedCount, noise: nil)
  }
}
