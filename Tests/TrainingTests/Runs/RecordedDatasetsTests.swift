import Datasets
import TestSupport
import Testing

@testable import Training

@Suite("The data sets of recorded runs")
struct RecordedDatasetsTests {
  @Test("One is loaded once for all runs of the same data, and again for a run of others")
  func once() throws {
    let runs = try RecordedRuns()
    func table(_ last: Int) throws -> String {
      let rows = (0..<20).map { "\($0),\($0 % 3),\($0 % 2)\n" }.joined()
      return try runs.folder.write("a,b,label\n\(rows)20,2,\(last)\n", to: "d.csv")
    }
    let path = try table(0)
    let json = #"{"data": "\#(path)", "layers": [2], "steps": 1, "batch_size": 2, "probe": 0}"#
    let (first, second) = (
      try runs.record(runs.training(json)), try runs.record(runs.training(json))
    )
    _ = try table(1)
    let changed = try runs.record(runs.training(json))
    _ = try table(0)

    let datasets = RecordedDatasets()
    let loaded = try RecordedNetwork(of: first, in: runs.database, datasets: datasets).dataset
    try runs.folder.remove("d.csv")
    let again = try RecordedNetwork(of: second, in: runs.database, datasets: datasets).dataset
    #expect(again.train.labels == loaded.train.labels && again.test.labels == loaded.test.labels)
    #expect(throws: DatasetError.self) { try RecordedNetwork(of: second, in: runs.database) }
    #expect(throws: DatasetError.self) {
      try datasets.dataset(of: changed, named: path)
    }
  }
}
