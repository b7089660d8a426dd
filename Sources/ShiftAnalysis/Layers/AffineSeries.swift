package import RunModel
package import Statistics

/// Gamma and beta of one layer's normalization over a run.
package struct AffineSeries: Sendable {
  /// Gamma and beta at a step.
  package struct Point: Sendable {
    /// The step.
    package let step: Int
    /// The median of gamma over the units with its quartiles, or the value of one unit three times; nil where one is NaN or
    /// infinite.
    package let gamma: GroupBand?
    /// The same of beta.
    package let beta: GroupBand?
  }

  /// The layer, from 1.
  package let layer: Int
  /// The number of units.
  package let width: Int
  /// The unit, from 1; nil where the values are of all units.
  package let unit: Int?
  /// The values, by step.
  package let points: [Point]
  /// The number of recorded steps, of which `points` may be a selection; nil where they were not counted.
  package let recordedCount: Int?
}

extension RunReading {
  /// Gamma and beta of the layers of a run that have them.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - layer: the layer; nil for all.
  ///   - unit: the unit, from 1; nil for all.
  ///   - range: the first and the last step; nil for all.
  ///   - count: the most steps.
  ///   - spread: how they are spread.
  /// - Returns: a series for each layer; a layer without that unit has none.
  /// - Throws: `StoreError`.
  package func affines(
    of run: Run, layer: Int? = nil, unit: Int? = nil, in range: ClosedRange<Int>? = nil,
    atMost count: Int? = nil, _ spread: StepSpread = .recorded
  ) throws -> [AffineSeries] {
    let sites = try sites(of: run).filter { recorded in
      recorded.site.epsilon != nil && (layer ?? recorded.site.layer) == recorded.site.layer
        && unit.map { (1...recorded.site.width).contains($0) } ?? true
    }
    return try Set(sites.map(\.site.layer)).sorted().compactMap { layer in
      // The parameters are the same whatever the examples.
      let ofLayer = sites.filter { $0.site.layer == layer }
      guard let source = ofLayer.first(where: { $0.site.population == .probe }) ?? ofLayer.first
      else { return nil }
      let (steps, recordedCount) = try steps(at: source, in: range, atMost: count, spread)
      let points = try steps.compactMap { step in
        try moment(at: source, step: step, withAffine: true).flatMap { moment in
          AffineSeries.Point(moment, unit: unit)
        }
      }
      return points.isEmpty
        ? nil
        : AffineSeries(
          layer: layer, width: source.site.width, unit: unit, points: points,
          recordedCount: recordedCount)
    }
  }
}

extension AffineSeries.Point {
  /// Summarizes the units of a moment, or takes one of them; nil without gamma and beta.
  fileprivate init?(_ moment: Moment, unit: Int?) {
    guard !moment.gamma.isEmpty else { return nil }
    func band(_ values: [Float]) -> GroupBand? {
      GroupBand(of: unit.map { [Double(values[$0 - 1])] } ?? values.map { Double($0) })
    }
    self.init(step: moment.step, gamma: band(moment.gamma), beta: band(moment.beta))
  }
}
