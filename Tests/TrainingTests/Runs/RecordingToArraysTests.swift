import Datasets
import RunModel
import RunStore
import TestSupport
import Testing
import Training

@Suite("A run that is recorded into memory")
struct RecordingToArraysTests {
  @Test("It has the steps, moments and evaluations of the same run in a database")
  func equality() throws {
    let runs = try RecordedRuns()
    let training = try runs.training(
      #"{"layers": [5, 4], "batch_size": 20, "steps": 6, "probe": 10, "noise_every": 3}"#)
    let stored = try runs.record(training)
    let arrays = RunArrays()
    let outcome = try training.record(name: "run", durability: "process", by: arrays.begin)
    let kept = try arrays.run(outcome.uuid)
    #expect(kept.configuration == stored.configuration && kept.status == .finished)
    let database = runs.database
    #expect(try losses(of: kept, in: arrays) == losses(of: stored, in: database))
    #expect(
      try arrays.evaluations(of: kept).map(\.loss) == database.evaluations(of: stored).map(\.loss))
    let (sites, storedSites) = try (arrays.sites(of: kept), database.sites(of: stored))
    #expect(sites.count > 10 && sites.map(\.site) == storedSites.map(\.site))
    for (site, storedSite) in zip(sites, storedSites) {
      #expect(try means(at: site, in: arrays) == means(at: storedSite, in: database))
      #expect(
        try noise(arrays.batchNoise(at: site)) == noise(database.batchNoise(at: storedSite)))
    }
  }

  /// The bits of the figures, of which some are NaN where a feature is constant.
  private func noise(_ records: [BatchNoiseRecord]) -> [[UInt32]] {
    records.map { $0.rho.map(\.bitPattern) }
  }

  private func losses(of run: Run, in store: some RunReading) throws -> [Double?] {
    var losses: [Double?] = []
    try store.forEachStep(of: run) { losses.append($0.loss) }
    #expect(losses.count == 6)
    return losses
  }

  private func means(at site: RecordedSite, in store: some RunReading) throws -> [[Float]] {
    var means: [[Float]] = []
    try store.forEachMoment(at: site, withAffine: false) { means.append($0.mean) }
    return means
  }
}
