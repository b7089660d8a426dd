package import RunModel

/// Two groups of runs, paired by what a field of theirs holds, such as the seed.
package struct RunPairs: Sendable {
  /// A run of the first group and the run of the second that goes with it.
  package struct Pair: Sendable {
    /// What the field holds in both.
    package let key: String
    /// The run of the first group, and that of the second.
    package let runs: [Run]
  }

  /// The pairs, in the order of the first group; never empty.
  package let pairs: [Pair]
  /// The runs of either group that have no partner.
  package let withoutPartner: [Run]

  /// Pairs the runs of two groups.
  ///
  /// - Throws: `ShiftError` where a group is empty, a run is in both, two runs of a group hold the same, or there is no
  ///   pair; `StoreError`.
  package init(
    _ groups: (first: [Run], second: [Run]), by field: RunField, named name: String,
    in database: any RunReading
  ) throws {
    for (ordinal, runs) in [("first", groups.first), ("second", groups.second)]
    where runs.isEmpty {
      throw ShiftError("No run is in the \(ordinal) group; `normscope runs --where` tries filters.")
    }
    if let both = groups.first.first(where: { run in
      groups.second.contains { $0.uuid == run.uuid }
    }) {
      throw ShiftError(
        "Run \(both.shortID) is in both groups; name filters that no run passes both of.")
    }
    let first = try RunPairs.keyed(groups.first, field, name, database)
    let second = try RunPairs.keyed(groups.second, field, name, database)
    pairs = first.compactMap { entry in
      let partner = second.first { $0.key == entry.key }
      return partner.map { Pair(key: entry.key, runs: [entry.run, $0.run]) }
    }
    guard !pairs.isEmpty else {
      throw ShiftError(
        "No run of the first group has the \(name) of one in the second; pair them by another field with --pair-by."
      )
    }
    let paired = Set(pairs.flatMap { $0.runs.map(\.uuid) })
    withoutPartner = (groups.first + groups.second).filter { !paired.contains($0.uuid) }
  }

  /// The runs whose field holds something, with what it holds.
  private static func keyed(
    _ runs: [Run], _ field: RunField, _ name: String, _ database: any RunReading
  ) throws -> [(key: String, run: Run)] {
    var keyed: [(key: String, run: Run)] = []
    for run in runs {
      guard let key = try RunFacts(run, in: database).value(of: field).written else { continue }
      if let other = keyed.first(where: { $0.key == key }) {
        throw ShiftError(
          "Run \(other.run.shortID) and run \(run.shortID) of one group both have the \(name) \(key); filter more "
            + "closely, or pair by another field with --pair-by.")
      }
      keyed.append((key, run))
    }
    return keyed
  }
}
