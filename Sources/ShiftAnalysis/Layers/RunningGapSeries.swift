package import RunModel

/// The distance between batch norm's outputs with batch and with running statistics at one layer over a run.
package struct RunningGapSeries: Sendable {
  /// The distance at a step.
  package struct Point: Sendable, Equatable {
    /// The step.
    package let step: Int
    /// The normalized W2 in standard deviations of the output with batch statistics, median over units or of one; nil where it
    /// is undefined.
    package let value: Double?
  }

  /// The layer, from 1.
  package let layer: Int
  /// The examples of both outputs.
  package let population: Site.Population
  /// The distances, by step.
  package let points: [Point]
  /// The number of steps at which both were recorded; `points` may be a selection of them.
  package let recordedCount: Int
  /// The number of layers that have a gap, of which there may be no more series.
  package let layerCount: Int
}

extension RunReading {
  /// The running gap of each layer of which a run recorded both outputs.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - only: the layer; nil for all.
  ///   - unit: the unit, from 1; nil for the median over all. A layer without it has no gap.
  ///   - range: the first and the last step; nil for all.
  ///   - count: the most steps.
  ///   - most: the most layers: those with the largest gaps at the end; nil for all.
  /// - Returns: the gaps, by layer.
  /// - Throws: `StoreError`.
  package func runningGaps(
    of run: Run, layer only: Int? = nil, unit: Int? = nil, in range: ClosedRange<Int>? = nil,
    atMost count: Int? = nil, ofLayers most: Int? = nil
  ) throws -> [RunningGapSeries] {
    let sites = try sites(of: run)
    let layers = Set(sites.map(\.site.layer)).filter { only == nil || $0 == only }
    let found = try layers.sorted().compactMap { layer -> (pair: RunningGapSites, steps: [Int])? in
      guard let pair = RunningGapSites(ofLayer: layer, sites),
        unit.map({ (1...pair.running.site.width).contains($0) }) ?? true
      else { return nil }
      let running = try steps(at: pair.running, in: range)
      guard let first = running.first, let last = running.last else { return nil }
      let read = Set(try steps(at: pair.read, in: first...last))
      let steps = running.filter(read.contains)
      return steps.isEmpty ? nil : (pair, steps)
    }
    var kept = Array(found.indices)
    if let most, found.count > most {
      let ends = try found.map { pair, steps in
        try steps.last.flatMap { try runningGap(of: pair, step: $0, unit: unit) } ?? -.infinity
      }
      kept = kept.sorted { (ends[$1], $0) < (ends[$0], $1) }.prefix(most).sorted()
    }
    return try kept.map { place in
      let (pair, steps) = found[place]
      return RunningGapSeries(
        layer: pair.running.site.layer, population: pair.population,
        points: try StepSelection.steps(steps, atMost: count).map {
          RunningGapSeries.Point(step: $0, value: try runningGap(of: pair, step: $0, unit: unit))
        },
        recordedCount: steps.count, layerCount: found.count)
    }
  }
}
