import Datasets
import Network
import Testing

@Suite("The made data of heights and weights")
struct HeightsAndWeightsTests {
  private let dataset: Dataset

  init() throws { dataset = try Dataset.load("heights-and-weights") }

  @Test("The body mass index of both features decides the class")
  func classes() {
    for split in [dataset.train, dataset.test] {
      #expect(split.count == 1000)
      var counts = [0, 0, 0]
      for (row, label) in split.labels.enumerated() {
        counts[label] += 1
        let example = split.features.matrix.row(row).map(Double.init)
        let index = example[1] / 1000 / (example[0] * example[0])
        // Rounding to float32 can move an index over the edge.
        if min(abs(index - 22), abs(index - 26)) < 1e-4 { continue }
        #expect(label == (index < 22 ? 0 : index < 26 ? 1 : 2))
      }
      // 31, 38 and 31 percent, within four standard errors.
      for (count, share) in zip(counts, [0.3085, 0.383, 0.3085]) {
        #expect(abs(Double(count) - 1000 * share) < 4 * (1000 * share * (1 - share)).squareRoot())
      }
    }
  }

  @Test("Heights are meters, weights are grams, and no two examples are alike")
  func ranges() throws {
    let rows = [dataset.train, dataset.test].flatMap { split in
      (0..<split.count).map { split.features.matrix.row($0).map(Double.init) }
    }
    #expect(Set(rows).count == 2000)
    let heights = rows.map { $0[0] }
    let mean = heights.reduce(0, +) / 2000
    let variance = heights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2000
    #expect(abs(mean - 1.7) < 4 * 0.1 / 2000.0.squareRoot())
    #expect(abs(variance.squareRoot() - 0.1) < 4 * 0.1 / 4000.0.squareRoot())
    #expect(rows.allSatisfy { (20_000...150_000).contains($0[1]) })
    #expect(dataset.columns == ["height", "weight"] && dataset.classCount == 3)
    #expect(try Dataset.load("heights-and-weights").train == dataset.train)
  }
}
