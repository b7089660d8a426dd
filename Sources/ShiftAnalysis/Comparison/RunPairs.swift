package import RunModel

/// Two groups of runs, paired by the value of a field such as the seed.
package struct RunPairs: Sendable {
  /// A run of the first group and its partner in the second.
  package struct Pair: Sendable {
    /// The value of the field in both.
    package let key: String
    /// The run of the first group, and the run of the second.
    package let runs: [Run]
  }

  /// The pairs, in the order of the first group; never empty.
  package let pairs: [Pair]
  /// The runs of either group that have no partner.
  package let withoutPartner: [Run]

  /// Pairs the runs of two groups.
  ///
  /// - Throws: `ShiftError` where a group is empty, a run is in both, two runs of a group have the same value, or there is
  ///   no pair; `StoreError`.
  package init(
    _ groups: (first: [Run], second: [Run]), by field: RunField, named name: String,
    in database: any RunReading
  ) throws {
    for (ordinal, runs) in [("first", groups.first), ("second", groups.second)]
    where runs.isEmpty {
      throw ShiftError(.emptyGroup, "No run is in the \(ordinal) group.")
    }
    let ofSecond = Set(groups.second.map(\.uuid))
    if let both = groups.first.first(where: { ofSecond.contains($0.uuid) }) {
      throw ShiftError(
        .unpairedRuns,
        "Run \(both.shortID) is in both groups.")
    }
    let first = try RunPairs.keyed(groups.first, field, name, database)
    let second = try RunPairs.keyed(groups.second, field, name, database)
    let partners = Dictionary(second.map { ($0.key, $0.run) }) { first, _ in first }
    pairs = first.compactMap { entry in
      partners[entry.key].map { Pair(key: entry.key, runs: [entry.run, $0]) }
    }
    guard !pairs.isEmpty else {
      throw ShiftError(
        .unpairedRuns, "No run of the first group has the \(name) of a run of the second.")
    }
    let paired = Set(pairs.flatMap { $0.runs.map(\.uuid) })
    withoutPartner = (groups.first + groups.second).filter { !paired.contains($0.uuid) }
  }

  /// The runs whose field has a value, with that value.
  private static func keyed(
    _ runs: [Run], _ field: RunField, _ name: String, _ database: any RunReading
  ) throws -> [(key: String, run: Run)] {
    database.willRead(runs)
    var keyed: [(key: String, run: Run)] = []
    var byKey: [String: Run] = [:]
    for run in runs {
      guard let key = try RunFacts(run, in: database).value(of: field).written else { continue }
      if let other = byKey.updateValue(run, forKey: key) {
        throw ShiftError(
          .unpairedRuns,
          "Run \(other.shortID) and run \(run.shortID) of one group both have the \(name) \(key)."
        )
      }
      keyed.append((key, run))
    }
    return keyed
  }
}
