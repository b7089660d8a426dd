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
  /// The number of steps at which both were recorded, of which `points` may be a selection; nil where they were not counted.
  package let recordedCount: Int?
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
  ///   - spread: how they are spread.
  ///   - most: the most layers: those with the largest gaps at the end; nil for all.
  /// - Returns: the gaps, by layer.
  /// - Throws: `StoreError`.
  package func runningGaps(
    of run: Run, layer only: Int? = nil, unit: Int? = nil, in range: ClosedRange<Int>? = nil,
    atMost count: Int? = nil, _ spread: StepSpread = .recorded, ofLayers most: Int? = nil
  ) throws -> [RunningGapSeries] {
    let sites = try sites(of: run)
    let layers = Set(sites.map(\.site.layer)).filter { only == nil || $0 == only }
    let found = try layers.sorted().compactMap { layer -> (pair: RunningGapSites, last: Int)? in
      guard let pair = RunningGapSites(ofLayer: layer, sites),
        unit.map({ (1...pair.running.site.width).contains($0) }) ?? true
      else { return nil }
      return try lastStep(of: pair, in: range).map { (pair, $0) }
    }
    var kept = Array(found.indices)
    if let most, found.count > most {
      let ends = try found.map { pair, last in
        try runningGap(of: pair, step: last, unit: unit) ?? -.infinity
      }
      kept = kept.sorted { (ends[$1], $0) < (ends[$0], $1) }.prefix(most).sorted()
    }
    return try kept.map { place in
      let pair = found[place].pair
      let (steps, recordedCount) = try steps(of: pair, in: range, atMost: count, spread)
      return RunningGapSeries(
        layer: pair.running.site.layer, population: pair.population,
        points: try steps.map {
          RunningGapSeries.Point(step: $0, value: try runningGap(of: pair, step: $0, unit: unit))
        },
        recordedCount: recordedCount, layerCount: found.count)
    }
  }

  /// At most `count` of the steps within `range` at which both outputs were recorded, and the number of all of them; nil where
  /// they are not counted.
  private func steps(
    of pair: RunningGapSites, in range: ClosedRange<Int>?, atMost count: Int?, _ spread: StepSpread
  ) throws -> (steps: [Int], recordedCount: Int?) {
    if spread == .numbers {
      let steps = try steps(at: pair.running, in: range, atMost: count, spread).steps.filter {
        try lastStep(at: pair.read, upTo: $0) == $0
      }
      return (steps, nil)
    }
    let common = try commonSteps(of: pair, in: range)
    return (StepSelection.steps(common, atMost: count), common.count)
  }

  /// The last step within `range` at which both outputs were recorded; nil where there is none.
  private func lastStep(of pair: RunningGapSites, in range: ClosedRange<Int>?) throws -> Int? {
    let last = try lastStep(at: pair.running, upTo: range?.upperBound ?? .max)
    guard let last, last >= range?.lowerBound ?? 0 else { return nil }
    if try lastStep(at: pair.read, upTo: last) == last { return last }
    return try commonSteps(of: pair, in: range).last
  }

  /// The steps within `range` at which both outputs were recorded, in order.
  private func commonSteps(of pair: RunningGapSites, in range: ClosedRange<Int>?) throws -> [Int] {
    let running = try steps(at: pair.running, in: range)
    guard let first = running.first, let last = running.last else { return [] }
    let read = Set(try steps(at: pair.read, in: first...last))
    return running.filter(read.contains)
  }
}
