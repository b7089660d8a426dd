import Statistics

extension RunReading {
  /// How far the distribution went at each of several sites.
  ///
  /// - Throws: `StoreError`.
  public func travels(at sites: [TravelSite]) throws -> [SiteTravel] { try readTravels(at: sites) }

  /// The shifts of the records at each of several sites from the window of `TrailingShift` before each, by step.
  ///
  /// - Throws: `StoreError`.
  public func trailingShifts(at sites: [TravelSite]) throws -> [[TrailingShiftRecord]] {
    try sites.map { try readTrailingShifts(at: $0) }
  }

  /// How far the distribution went at each of several sites, from every moment.
  ///
  /// - Throws: `StoreError`.
  package func readTravels(at sites: [TravelSite]) throws -> [SiteTravel] {
    // Some at a time, as each takes memory.
    try stride(from: 0, to: sites.count, by: 256).flatMap { start in
      let part = sites[start..<min(start + 256, sites.count)]
      let meters = part.map { TravelMeter(width: $0.site.site.width, epsilon: $0.epsilon) }
      return try foldMoments(
        at: part.map(\.site), withAffine: false, mayDivide: false, into: meters
      ) { meters, index, moment in
        meters[index].add(
          FeatureMoments(count: max(1, moment.count), mean: moment.mean, variance: moment.variance),
          at: moment.step)
      }[0].map(\.travel)
    }
  }

  /// The shifts of the records at a site from the window before each, from every moment.
  ///
  /// - Throws: `StoreError`.
  package func readTrailingShifts(at site: TravelSite) throws -> [TrailingShiftRecord] {
    var trailing = TrailingShift(units: site.site.site.width, epsilon: site.epsilon)
    var records: [TrailingShiftRecord] = []
    try forEachMoment(at: site.site, withAffine: false) { moment in
      records.append(
        TrailingShiftRecord(
          step: moment.step, shift: trailing.shift(mean: moment.mean, variance: moment.variance)))
    }
    return records
  }
}
