import RunModel
import Statistics

/// Sets squared shifts at a site next to their sampling floor.
struct SiteFloor {
  private let noise: SiteNoise
  private let referenceNoise: SiteNoise
  private let epsilon: Double
  private var comparison: FlooredComparison
  /// Of the reference's noise; nil where they are unknown.
  private var referenceDegreesOfFreedom: Double?

  /// Prepares for the moments of a site; nil where they have no sampling floor, or its noise was not measured.
  ///
  /// The moments of the probe have none, as it is the same examples at every step. What follows from batch norm's
  /// parameters has none either. References are at the same site, or at `reference`.
  init?(
    _ selected: SiteSelection.Selected, reference: SiteSelection.Selected? = nil,
    in database: any RunReading
  ) throws {
    guard selected.source.site.population == .batch && !selected.isDerived,
      let noise = try SiteNoise(database.batchNoise(at: selected.source))
    else { return nil }
    var referenceNoise = noise
    if let reference {
      guard !reference.isDerived,
        let noise = try SiteNoise(database.batchNoise(at: reference.source))
      else { return nil }
      referenceNoise = noise
    }
    self.referenceNoise = referenceNoise
    self.noise = noise
    epsilon = selected.epsilon
    comparison = FlooredComparison(units: selected.source.site.width, epsilon: epsilon)
  }

  var summary: NoiseSummary { noise.summary }

  /// Takes a step's moments as what the following ones are compared with.
  mutating func setReference(to moment: borrowing Moment) {
    guard moment.count > 1 else {
      comparison = FlooredComparison(units: moment.mean.count, epsilon: epsilon)
      return
    }
    referenceDegreesOfFreedom = referenceNoise.degreesOfFreedom(at: moment.step)
    comparison.setReference(
      mean: moment.mean.span, variance: moment.variance.span, count: moment.count,
      noise: referenceNoise.level(at: moment.step))
  }

  /// The squared shift of a step's moments since the reference, and its floor; of one row nothing is known.
  ///
  /// Where the two may have rows in common the floor is an upper bound, and no interval follows from it.
  func shift(of moment: borrowing Moment, mayShareRows: Bool) -> FlooredShift? {
    guard moment.count > 1 else { return nil }
    let shift = comparison.shift(
      mean: moment.mean.span, variance: moment.variance.span, count: moment.count,
      noise: noise.level(at: moment.step))
    // The fewer of the two batches' give the wider interval.
    guard let shift, !mayShareRows, let own = noise.degreesOfFreedom(at: moment.step),
      let referenceDegreesOfFreedom
    else { return shift }
    return FlooredShift(
      value: shift.value, floor: shift.floor,
      degreesOfFreedom: min(own, referenceDegreesOfFreedom))
  }
}
