package import RunModel

/// The distance between batch norm's outputs with batch and with running statistics at one layer over a run.
package struct RunningGapSeries: Sendable {
  /// The distance at a step.
  package struct Point: Sendable, Equatable {
    /// The step.
    package let step: Int
    /// The normalized W2 in standard deviations of the output with batch statistics, median over units; nil where it is
    /// undefined.
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
}

extension RunReading {
  /// The running gap of each layer of which a run recorded both outputs.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - only: the layer; nil for all.
  ///   - range: the first and the last step; nil for all.
  ///   - count: the most steps.
  /// - Returns: the gaps, by layer.
  /// - Throws: `StoreError`.
  package func runningGaps(
    of run: Run, layer only: Int? = nil, in range: ClosedRange<Int>? = nil,
    atMost count: Int? = nil
  ) throws -> [RunningGapSeries] {
    let sites = try sites(of: run)
    let layers = Set(sites.map(\.site.layer)).filter { only == nil || $0 == only }
    return try layers.sorted().compactMap { layer in
      guard let pair = RunningGapSites(ofLayer: layer, sites) else { return nil }
      let running = try steps(at: pair.running, in: range)
      guard let first = running.first, let last = running.last else { return nil }
      let read = Set(try steps(at: pair.read, in: first...last))
      let steps = running.filter(read.contains)
      guard !steps.isEmpty else { return nil }
      return RunningGapSeries(
        layer: layer, population: pair.population,
        points: try StepSelection.steps(steps, atMost: count).map {
          RunningGapSeries.Point(step: $0, value: try runningGap(of: pair, step: $0))
        },
        recordedCount: steps.count)
    }
  }
}
