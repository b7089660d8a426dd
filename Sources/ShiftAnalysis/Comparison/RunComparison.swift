public import RunModel
import Statistics
package import StrictJSON

/// A comparison of two runs: their configurations, their results, and the drift of each layer's distribution.
public struct RunComparison: Sendable {
  /// A key of the configuration whose values differ.
  public struct Difference: Sendable, Equatable {
    /// The key, with dots between nested keys.
    public let key: String
    /// The values in the first and the second run; nil where a run has no such key.
    package let values: [JSONValue?]

    /// The value in the first run; nil where it has no such key.
    public var first: String? { values[0]?.text }
    /// The value in the second run; nil where it has no such key.
    public var second: String? { values[1]?.text }
  }

  /// The drift of one layer in both runs, at one tap.
  public struct LayerDrift: Sendable {
    /// How far the layer moved in each run.
    public let movements: [LayerMovement]

    /// The layer by its number in the first run, from 1.
    public var layer: Int { movements[0].layer }
    /// The coordinates of the figures of each run.
    public var coordinates: [ShiftCoordinates] { movements.map(\.coordinates) }
    /// Normalized W2 from the start to the last step, median over units; nil where undefined.
    public var final: [Double?] { movements.map(\.normalized) }
    /// The largest normalized W2 from the start at any recorded step, median over units; nil where undefined.
    public var largest: [Double?] { movements.map(\.largest) }
  }

  /// The two runs.
  public var runs: [Run] { figures.map(\.run) }
  /// The figures of each run.
  public let figures: [RunFigures]
  /// The differences of their configurations.
  public let differences: [Difference]
  /// The split by which the runs are compared; nil where neither was evaluated.
  public var split: EvaluationRecord.Split? { figures[0].split }
  /// Each run's last evaluations on that split.
  public var evaluations: [[EvaluationRecord]] { figures.map(\.finalEvaluations) }
  /// Each run's last step.
  public var lastSteps: [StepRecord?] { figures.map(\.lastStep) }
  /// The first steps at which layers differ by more than sampling explains.
  public let divergences: [RunDivergence]
  /// The drifts of the layers that both runs recorded.
  public let drifts: [LayerDrift]
  /// The layers of each run.
  public var layers: [RunLayers] { figures.map(\.layers) }
  /// The layers of the first run with their partners in the second.
  package let pairs: LayerPairs

  /// Compares two runs of a database.
  ///
  /// - Parameters:
  ///   - first: the first run.
  ///   - second: the second run.
  ///   - tap: the tensor whose drift is compared; nil for the usual one.
  ///   - selection: the layers, by the names that they have in either run; nil for all of them.
  ///   - database: the store of the runs.
  /// - Throws: `ShiftError` where neither run has such layers; `StoreError`.
  public init(
    _ first: Run, _ second: Run, tap: Site.Tap? = nil,
    layers selection: LayerSelection? = nil, in database: any RunReading
  ) throws {
    try self.init(
      RunFigures.each(of: [first, second], tap: tap, in: database), layers: selection, in: database)
  }

  /// Compares the first run with each of the others, from their figures.
  ///
  /// - Parameters:
  ///   - figures: those of two or more runs, read at one tap and of one split.
  ///   - selection: the layers, by the names that they have in either run; nil for all of them.
  ///   - database: the store of the runs.
  /// - Returns: a comparison for each run after the first.
  /// - Throws: `ShiftError` where neither run of a pair has such layers; `StoreError`.
  public static func each(
    of figures: [RunFigures], layers selection: LayerSelection? = nil, in database: any RunReading
  ) throws -> [RunComparison] {
    try figures.dropFirst().map {
      try RunComparison([figures[0], $0], layers: selection, in: database)
    }
  }

  private init(
    _ figures: [RunFigures], layers selection: LayerSelection?, in database: any RunReading
  ) throws {
    self.figures = figures
    let runs = figures.map(\.run)
    let layers = figures.map(\.layers)
    let pairs = LayerPairs(layers[0], layers[1])
    self.pairs = pairs
    let selected = try selection?.numbers(
      amongAnyOf: layers, numberedBy: [LayerPairs(layers[0], layers[0]), pairs], of: runs)
    differences = RunComparison.differences(runs[0].configuration, runs[1].configuration)
    divergences = try database.divergences(of: runs[1], from: runs[0], layers: selected)
    drifts = figures[0].movements.compactMap { first in
      guard selected?.contains(first.layer) ?? true,
        let second = figures[1].movements.first(where: {
          $0.layer == pairs.second(of: first.layer) && $0.coordinates.tap == first.coordinates.tap
        })
      else { return nil }
      return LayerDrift(movements: [first, second])
    }
  }

  static func differences(_ first: String, _ second: String) -> [Difference] {
    let values = [first, second].map { text in
      let members = JSONValue(text: text)?.flattened ?? []
      return Dictionary(members.map { ($0.key.isEmpty ? "(value)" : $0.key, $0.value) }) { $1 }
    }
    return Set(values.flatMap(\.keys)).sorted().compactMap { key in
      let pair = values.map { $0[key] }
      return pair[0]?.text == pair[1]?.text ? nil : Difference(key: key, values: pair)
    }
  }
}
