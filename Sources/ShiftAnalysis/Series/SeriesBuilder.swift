import RunModel
import Statistics

/// Compares the moments at one site, which come in the order of steps, and makes a series of the shifts.
struct SeriesBuilder {
  private let layer: ReadPlan.Layer
  private let query: ShiftQuery
  private var comparison: UnitComparison
  private var floor: SiteFloor?
  private var referenceStep: Int?
  /// The standard deviation of the reference, where all points have the same one.
  private var referenceDeviation: Double?
  private var preceding: PrecedingSteps?
  private var points: ShiftPoints
  /// The first moment that was added, where the reference is the previous step.
  private var firstWithoutPrevious: Moment?
  private var addedCount = 0
  /// The number of steps in `layer.steps` before the newest one that was added.
  private var passedCount = 0

  /// Begins a series.
  ///
  /// - Parameters:
  ///   - layer: the plan of its layer.
  ///   - query: the query.
  ///   - floor: the sampling floor; nil where there is none.
  init(_ layer: ReadPlan.Layer, _ query: ShiftQuery, floor: SiteFloor?) {
    self.layer = layer
    self.query = query
    self.floor = floor
    let width = layer.selected.source.site.width
    comparison = UnitComparison(
      measures: query.measures, aggregate: query.aggregate, width: width, unit: query.unit,
      epsilon: layer.selected.epsilon)
    if case .preceding(let count) = query.reference {
      preceding = PrecedingSteps(count: count, width: width)
    }
    points = ShiftPoints(measureCount: query.measures.count, haveFloors: floor != nil)
    points.reserveCapacity(layer.steps?.count ?? 0)
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

  /// Compares the moments that follow with this one.
  mutating func setReference(to moment: borrowing Moment) {
    comparison.setReference(to: moment, isDerived: layer.selected.isDerived)
    floor?.setReference(to: moment)
    referenceStep = moment.step
    switch query.reference {
    case .start, .step, .window, .final: referenceDeviation = deviation(of: moment)
    case .previous, .preceding, .run: break
    }
  }

  /// Compares the moments that follow with a moment at another run's site.
  mutating func setReference(to moment: borrowing Moment, at site: inout UnitMoments) {
    comparison.setReference(to: site.moments(of: moment))
    floor?.setReference(to: moment)
    referenceStep = moment.step
  }

  /// Compares the moments of a window with the reference.
  mutating func add(_ pooled: PooledMoment) { add(pooled.moment, ofSteps: pooled.stepCount) }

  /// Compares a moment with the reference, where its step is wanted; then it may become the next one's reference.
  mutating func add(_ moment: borrowing Moment, ofSteps stepCount: Int = 1) {
    if addedCount == 0 && query.reference == .previous { firstWithoutPrevious = copy moment }
    addedCount += stepCount
    if referenceStep == nil && query.reference == .start { setReference(to: moment) }
    if let referenceStep, isNextWanted(moment.step) {
      points.append(
        step: moment.step, referenceStep: referenceStep, floored: floored(moment, referenceStep)
      ) { comparison.appendShifts(of: moment, isDerived: layer.selected.isDerived, to: &$0) }
    }
    if query.reference == .previous { setReference(to: moment) }
    preceding?.add(moment)
    if let pooled = preceding?.pooled { setReference(to: pooled) }
  }

  /// The squared shift of a moment beside its sampling floor; nil between a moment and itself.
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

  /// Whether `step`, which comes after the steps before, is wanted.
  private mutating func isNextWanted(_ step: Int) -> Bool {
    guard let steps = layer.steps else { return true }
    while passedCount < steps.count && steps[passedCount] < step { passedCount += 1 }
    return passedCount < steps.count && steps[passedCount] == step
  }

  /// The standard deviation √(σ² + ε) of the units of a moment, median over those that vary; nil where none does.
  private func deviation(of moment: borrowing Moment) -> Double? {
    var units = UnitMoments(layer.selected)
    let all = units.moments(of: moment).variance
    let variance = query.unit.map { [all[$0 - 1]] } ?? all
    let epsilon = layer.selected.epsilon
    return UnitAggregate.median.summary(
      of: variance.map { $0 > 0 ? (Double($0) + epsilon).squareRoot() : .nan }
    ).value
  }

  /// The number of step numbers in the reference `start`.
  private var startSteps: Int {
    guard query.reference == .start else { return 1 }
    if case .window(let steps) = layer.reference { return steps.count }
    return layer.windows?.length ?? 1
  }

  /// The series of all that was added.
  var series: ShiftSeries {
    let site = layer.selected.source.site
    return ShiftSeries(
      layer: site.layer,
      coordinates: layer.selected.coordinates(from: query.reference),
      width: site.width, epsilon: layer.selected.epsilon, referenceDeviation: referenceDeviation,
      measures: query.measures,
      aggregate: query.aggregate, unit: query.unit, points: points, isPooled: query.isPooled,
      windowSteps: layer.windows?.length ?? 1, startSteps: startSteps,
      recordedCount: layer.recordedCount ?? addedCount, noise: floor?.summary)
  }
}
