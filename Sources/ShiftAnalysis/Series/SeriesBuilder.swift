import RunModel
import Statistics

/// Makes the series of one site of its moments, which come in the order of steps.
struct SeriesBuilder {
  /// A selection of the steps recorded at a site.
  struct Wanted {
    /// The steps that points are wanted of, in order.
    let steps: [Int]
    /// How many steps were recorded.
    let recordedCount: Int
  }

  let selected: SiteSelection.Selected
  /// The steps that points are wanted of; nil for all.
  let wanted: Wanted?
  private let query: ShiftQuery
  private var comparison: UnitComparison
  private var floor: SiteFloor?
  private var referenceStep: Int?
  private var preceding: PrecedingSteps?
  private var points: ShiftPoints

  init(
    _ selected: SiteSelection.Selected, _ query: ShiftQuery, wanted: Wanted?, floor: SiteFloor?
  ) {
    self.selected = selected
    self.query = query
    self.wanted = wanted
    self.floor = floor
    comparison = UnitComparison(
      measures: query.measures, aggregate: query.aggregate, width: selected.source.site.width,
      epsilon: selected.epsilon)
    if case .preceding(let count) = query.reference {
      preceding = PrecedingSteps(count: count, width: selected.source.site.width)
    }
    points = ShiftPoints(measureCount: query.measures.count, haveFloors: floor != nil)
    points.reserveCapacity(wanted?.steps.count ?? 0)
  }

  /// Appends the part of the series that a builder of later steps made.
  mutating func append(_ later: SeriesBuilder) {
    if let first = later.firstWithoutPrevious {
      // Its previous step is the last one here.
      add(first)
      addedCount -= 1
      (comparison, floor, referenceStep) = (later.comparison, later.floor, later.referenceStep)
    }
    points.append(contentsOf: later.points)
    addedCount += later.addedCount
  }

  /// Takes a moment as what the following ones are compared with.
  mutating func setReference(to moment: borrowing Moment) {
    comparison.setReference(to: moment, isDerived: selected.isDerived)
    floor?.setReference(to: moment)
    referenceStep = moment.step
  }

  /// Takes a moment at another run's site as what the next one is compared with.
  mutating func setReference(to moment: borrowing Moment, at site: inout UnitMoments) {
    comparison.setReference(to: site.moments(of: moment))
    floor?.setReference(to: moment)
    referenceStep = moment.step
  }

  /// Compares a moment with the reference, where its step is wanted; then it may be the next one's reference.
  mutating func add(_ moment: borrowing Moment) {
    if addedCount == 0 && query.reference == .previous { firstWithoutPrevious = copy moment }
    addedCount += 1
    if let referenceStep, isNextWanted(moment.step) {
      points.append(
        step: moment.step, referenceStep: referenceStep, floored: floored(moment, referenceStep)
      ) { comparison.appendShifts(of: moment, isDerived: selected.isDerived, to: &$0) }
    }
    if query.reference == .previous { setReference(to: moment) }
    preceding?.add(moment)
    if let pooled = preceding?.pooled { setReference(to: pooled) }
  }

  /// A moment's shift next to its floor; of a moment and itself there is none.
  private func floored(_ moment: borrowing Moment, _ referenceStep: Int) -> FlooredShift? {
    switch query.reference {
    case .start, .step, .final:
      moment.step == referenceStep ? nil : floor?.shift(of: moment, mayShareRows: false)
    case .previous, .preceding: floor?.shift(of: moment, mayShareRows: false)
    case .window(let steps):
      floor?.shift(of: moment, mayShareRows: steps.contains(moment.step))
    case .run: floor?.shift(of: moment, mayShareRows: true)
    }
  }

  /// The first moment that was added, where the reference is the previous step.
  private var firstWithoutPrevious: Moment?
  private var addedCount = 0
  private var passedCount = 0

  /// Whether `step` is wanted; to be asked of steps in their order.
  private mutating func isNextWanted(_ step: Int) -> Bool {
    guard let steps = wanted?.steps else { return true }
    while passedCount < steps.count && steps[passedCount] < step { passedCount += 1 }
    return passedCount < steps.count && steps[passedCount] == step
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
      aggregate: query.aggregate, points: points, windowSteps: 1,
      recordedCount: wanted?.recordedCount ?? addedCount,
      noise: floor?.summary)
  }
}
