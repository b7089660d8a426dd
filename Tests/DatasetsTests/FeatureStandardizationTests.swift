import Datasets
import Network
import TestSupport
import Testing

@Suite("Features rescaled to mean 0 and variance 1")
struct FeatureStandardizationTests {
  @Test("Of the examples that were measured each feature has them, and a constant one is 0")
  func measured() {
    var generator = RandomGenerator(seed: 1)
    var examples = Matrix(rows: 200, columns: 3)
    for row in 0..<200 {
      examples[row, 0] = Float(generator.normal() * 1e-3 + 5)
      examples[row, 1] = 0.1
      examples[row, 2] = Float(generator.normal() * 2e4 - 7e4)
    }
    let map = FeatureStandardization(of: FeatureTable(examples))
    let mapped = map.apply(to: examples)
    for column in [0, 2] {
      let numbers = (0..<200).map { Double(mapped[$0, column]) }
      let mean = numbers.reduce(0, +) / 200
      #expect(abs(mean) < 1e-6)
      let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 200
      #expect(abs(variance - 1) < 1e-6)
    }
    #expect((0..<200).allSatisfy { mapped[$0, 1] == 0 })
  }

  @Test("Other examples are mapped by the same numbers")
  func others() {
    let map = FeatureStandardization(
      of: FeatureTable(Matrix(rows: 4, columns: 2, values: [1, 3, 3, 3, 1, 3, 3, 3])))
    #expect(map.mean == [2, 3] && map.factor == [1, 0])
    let mapped = map.apply(to: Matrix(rows: 2, columns: 2, values: [0, 9, 5, 3]))
    #expect(mapped.values == [-2, 0, 3, 0])
  }

  @Test("Bytes of images too, and both splits of a data set")
  func dataset() throws {
    let digits = try Dataset.load("digits")
    let map = FeatureStandardization(of: digits.train.features)
    let mapped = try digits.standardized(by: map)
    #expect(mapped.train.features.matrix == map.apply(to: digits.train.features.matrix))
    #expect(mapped.test.features.matrix == map.apply(to: digits.test.features.matrix))
    #expect(
      mapped.train.labels == digits.train.labels && mapped.exampleShape == digits.exampleShape)
    #expect(mapped.train.sourceRows == digits.train.sourceRows)
    // The corner of the digits' images is always white.
    #expect(mapped.test.features.matrix.values.allSatisfy(\.isFinite) && map.factor[0] == 0)
  }
}
