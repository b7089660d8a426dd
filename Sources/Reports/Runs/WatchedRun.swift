package import RunModel
package import ShiftAnalysis

/// A run at one moment of its recording, as `WatchScreen` draws it.
package struct WatchedRun: Sendable {
  /// How far a layer has moved.
  package struct Layer: Sendable, Equatable {
    /// The layer in front of a colon, such as `layer 2` or `layer1.0.bn1`.
    package let label: String
    /// The shift at each of some steps from the first to the newest; never empty.
    package let shifts: [Double]

    /// Describes a layer.
    package init(label: String, shifts: [Double]) {
      self.label = label
      self.shifts = shifts
    }
  }

  /// The run.
  package let run: Run
  /// How far it is, and how fast.
  package let progress: RunProgress
  /// The losses of the training batches.
  package let losses: PooledSeries
  /// The accuracies on the training batches, NaN where they are unknown.
  package let accuracies: PooledSeries
  /// The last evaluations on each split, one for each statistics mode.
  package let evaluations: [EvaluationRecord]
  /// The tensor and the examples that the shifts are of, in words; empty without layers.
  package let coordinates: String
  /// The layers whose moments are recorded.
  package let layers: [Layer]
  /// The events, by step.
  package let events: [EventRecord]

  /// Describes a run; `shifts` have the one measure that is drawn.
  package init(
    _ run: Run, stepsPerSecond: Double?, losses: PooledSeries, accuracies: PooledSeries,
    evaluations: [EvaluationRecord], shifts: [ShiftSeries], of layers: RunLayers,
    events: [EventRecord]
  ) {
    let labels = LayerLabels(layers)
    self.init(
      run, stepsPerSecond: stepsPerSecond, losses: losses, accuracies: accuracies,
      evaluations: evaluations,
      coordinates: shifts.first.map { WatchedRun.words($0.coordinates) } ?? "",
      layers: shifts.compactMap { series in
        let values = series.points.compactMap { $0.values[0] }
        guard !values.isEmpty else { return nil }
        return Layer(label: labels.prefix(of: series.layer), shifts: values)
      },
      events: events)
  }

  init(
    _ run: Run, stepsPerSecond: Double?, losses: PooledSeries, accuracies: PooledSeries,
    evaluations: [EvaluationRecord], coordinates: String, layers: [Layer], events: [EventRecord]
  ) {
    self.run = run
    progress = RunProgress(run, stepsPerSecond: stepsPerSecond)
    self.losses = losses
    self.accuracies = accuracies
    self.evaluations = evaluations
    self.coordinates = coordinates
    self.layers = layers
    self.events = events
  }

  /// What shifts from the start are of, short enough for a line of 80 columns.
  private static func words(_ coordinates: ShiftCoordinates) -> String {
    let statistics = coordinates.statistics == .none ? nil : coordinates.statistics.words
    return [coordinates.tap.rawValue, coordinates.population.rawValue, statistics]
      .compactMap { $0 }.joined(separator: ", ")
  }

  /// Whether more of the run may come.
  package var isRunning: Bool { progress.run.mayGrow }
}
