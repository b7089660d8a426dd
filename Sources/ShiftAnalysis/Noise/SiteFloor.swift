import RunModel
import Statistics

/// Compares squared shifts at a site with their sampling floor.
struct SiteFloor {
  private let noise: SiteNoise
  private let referenceNoise: SiteNoise
  private let epsilon: Double
  private var comparison: FlooredComparison
  /// The degrees of freedom of the reference's noise; nil where they are unknown.
  private var referenceDegreesOfFreedom: Double?

  /// Prepares for the moments of a site; nil where they have no sampling floor, or the noise was not measured.
  ///
  /// The moments of the probe have none, because its examples are the same at every step; nor do moments that follow from
  /// batch norm's parameters. The reference is at the same site, or at `reference`.
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

  /// Compares the moments that follow with these.
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

  /// The squared shift of a step's moments since the reference, and its floor; nil for one row.
  ///
  /// If both may share rows, the floor is an upper bound and gives no interval.
  func shift(of moment: borrowing Moment, mayShareRows: Bool) -> FlooredShift? {
    guard moment.count > 1 else { return nil }
    let shift = comparison.shift(
      mean: moment.mean.span, variance: moment.variance.span, count: moment.count,
      noise: noise.level(at: moment.step))
    // The smaller of the two gives the wider interval.
    guard let shift, !mayShareRows, let own = noise.degreesOfFreedom(at: moment.step),
      let referenceDegreesOfFreedom
    else { return shift }
    return FlooredShift(
      value: shift.value, floor: shift.floor,
      degreesOfFreedom: min(own, referenceDegreesOfFreedom))
  }
}
