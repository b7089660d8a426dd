import RunModel
import ShiftAnalysis

/// What a report shows of each run, so that its figures are comparable: what all runs recorded, if there is such a thing.
struct SharedRecords {
  /// The tensor and the examples whose shift is shown; nil where no tensor is common, and each run shows its usual one.
  let tensor: (tap: Site.Tap, population: Site.Population)?
  /// The split whose evaluations are shown; a run that has none of it shows those on the one that represents it.
  let split: EvaluationRecord.Split?

  /// Finds what `runs` have in common; a run without moments, or without evaluations, has no say.
  ///
  /// - Throws: `StoreError`.
  init(of runs: [Run], in database: any RunReading) throws {
    let sites = try runs.map { try database.sites(of: $0).map(\.site) }.filter { !$0.isEmpty }
    let tensors = Site.Tap.usualOrder.flatMap { tap in
      [Site.Population.probe, .batch].map { (tap, $0) }
    }
    tensor =
      sites.isEmpty
      ? nil
      : tensors.first { tap, population in
        sites.allSatisfy { $0.contains { $0.tap == tap && $0.population == population } }
      }
    split = .common(to: try runs.map { try database.evaluations(of: $0) })
  }
}
