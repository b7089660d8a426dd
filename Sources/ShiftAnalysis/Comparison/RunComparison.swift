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
    /// The layer, from 1.
    public let layer: Int
    /// The coordinates of the figures of each run.
    public let coordinates: [ShiftCoordinates]
    /// Normalized W2 from the start to the last step, median over units; nil where undefined.
    public let final: [Double?]
    /// The largest normalized W2 from the start at any recorded step, median over units; nil where undefined.
    public let largest: [Double?]
  }

  /// The two runs.
  public let runs: [Run]
  /// The differences of their configurations.
  public let differences: [Difference]
  /// Each run's last evaluations on the test split.
  public let evaluations: [[EvaluationRecord]]
  /// Each run's last step.
  public let lastSteps: [StepRecord?]
  /// The first steps at which layers differ by more than sampling explains.
  public let divergences: [RunDivergence]
  /// The drifts of the layers that both runs recorded.
  public let drifts: [LayerDrift]
  /// The layers of each run.
  public let layers: [RunLayers]

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
    runs = [first, second]
    layers = try runs.map { try database.layers(of: $0) }
    let selected = try selection?.numbers(amongAnyOf: layers, of: runs)
    differences = RunComparison.differences(first.configuration, second.configuration)
    evaluations = try runs.map { try database.finalEvaluations(of: $0) }
    lastSteps = try runs.map { try database.lastStep(of: $0) }
    divergences = try database.divergences(of: second, from: first, layers: selected)
    var query = ShiftQuery()
    query.tap = tap
    query.measures = [.normalizedW2]
    let series = try runs.map { run in
      do {
        return try database.shift(of: run, query)
      } catch is ShiftError {
        // A run that recorded no moments has no drift to compare, which is no error here.
        return []
      }
    }
    drifts = series[0].compactMap { first in
      guard selected?.contains(first.layer) ?? true,
        let second = series[1].first(where: {
          $0.layer == first.layer && $0.coordinates.tap == first.coordinates.tap
        })
      else { return nil }
      let values = [first, second].map { $0.values(of: .normalizedW2).map(\.value) }
      return LayerDrift(
        layer: first.layer, coordinates: [first.coordinates, second.coordinates],
        final: [first, second].map { $0.points.last?.values[0] ?? nil },
        largest: values.map { $0.max() })
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
