import RunModel

extension RunReading {
  /// How far the distributions went at the sites of a selection.
  ///
  /// - Throws: `StoreError`.
  func travels(at sites: [SiteSelection.Selected]) throws -> [SiteTravel] {
    let recorded = sites.indices.filter { !sites[$0].isDerived }
    let ofRecorded = try travels(
      at: recorded.map { TravelSite(sites[$0].source, epsilon: sites[$0].epsilon) })
    let known = Dictionary(uniqueKeysWithValues: zip(recorded, ofRecorded))
    return try sites.enumerated().map { index, site in
      try known[index] ?? derivedTravel(at: site)
    }
  }

  /// How far batch norm's output went, whose moments follow from its parameters.
  private func derivedTravel(at selected: SiteSelection.Selected) throws -> SiteTravel {
    var units = UnitMoments(selected)
    var meter = TravelMeter(width: selected.source.site.width, epsilon: selected.epsilon)
    try forEachMoment(at: selected.source, withAffine: true) {
      meter.add(units.moments(of: $0), at: $0.step)
    }
    return meter.travel
  }
}
