import Datasets
import Network
import Testing

/// The expected numbers were computed by a separate program from the published rows: it reads the
/// comma-separated file, shuffles it by its own xoshiro256** and Fisher–Yates, and sums.
@Suite struct DigitsTests {
  private let digits: Dataset

  init() throws { digits = try Dataset.load("digits") }

  private func classCounts(_ examples: LabeledExamples) -> [Int] {
    examples.labels.reduce(into: Array(repeating: 0, count: 10)) { $0[$1] += 1 }
  }

  /// The sum of pixels in their published unit, each weighed by its row and column, from 1.
  private func weightedSum(_ examples: LabeledExamples) -> Int {
    var sum = 0
    for i in 0..<examples.count {
      for j in 0..<64 { sum += (i + 1) * (j + 1) * Int(examples.features.matrix[i, j] * 16) }
    }
    return sum
  }

  private func labelSum(_ examples: LabeledExamples) -> Int {
    examples.labels.enumerated().reduce(0) { $0 + ($1.offset + 1) * $1.element }
  }

  @Test("the embedded digits are the published ones, row by row")
  func checksums() {
    #expect(digits.name == "digits")
    #expect(digits.classCount == 10)
    #expect(digits.featureCount == 64)
    #expect(digits.exampleShape == TensorShape(height: 8, width: 8, channels: 1))
    #expect(digits.train.count == 1400)
    #expect(digits.test.count == 397)
    let counts = zip(classCounts(digits.train), classCounts(digits.test)).map { $0 + $1 }
    #expect(counts == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    let pixels = digits.train.features.matrix.values + digits.test.features.matrix.values
    #expect(pixels.reduce(0) { $0 + Int($1 * 16) } == 561_718)
    #expect(pixels.min() == 0)
    #expect(pixels.max() == 1)
    #expect(pixels.allSatisfy { $0 * 16 == ($0 * 16).rounded() })
  }

  @Test("the split is the same fixed permutation on every machine")
  func split() {
    #expect(classCounts(digits.train) == [137, 137, 141, 137, 150, 138, 150, 134, 144, 132])
    #expect(classCounts(digits.test) == [41, 45, 36, 46, 31, 44, 31, 45, 30, 48])
    #expect(digits.train.labels.prefix(8) == [3, 5, 7, 6, 4, 7, 9, 6])
    #expect(digits.test.labels.prefix(8) == [9, 3, 6, 8, 4, 1, 5, 2])
    #expect(weightedSum(digits.train) == 9_961_440_536)
    #expect(weightedSum(digits.test) == 790_668_858)
    #expect(labelSum(digits.train) == 4_420_133)
    #expect(labelSum(digits.test) == 344_112)
  }

  @Test("no digit is in both splits, or twice in one")
  func disjoint() {
    // The 1797 published images are all different.
    let images = [digits.train, digits.test].flatMap { split in
      (0..<split.count).map { split.features.matrix.row($0) }
    }
    #expect(Set(images).count == 1797)
  }

  @Test("name their origin, their license and their split")
  func source() {
    for word in ["UCI", "Alpaydin", "Kaynak", "1998", "CC BY 4.0", "1400", "397"] {
      #expect(digits.source.contains(word))
    }
  }

  @Test(
    "in color each channel of a pixel is white less the ink, in the order of channels-last images")
  func rgb() throws {
    let digits = try Dataset.load("digits")
    let colored = try Dataset.load("digits-rgb")
    #expect(colored.exampleShape == TensorShape(height: 8, width: 8, channels: 3))
    #expect(colored.featureCount == 192 && colored.columns == nil)
    for (split, gray) in [(colored.train, digits.train), (colored.test, digits.test)] {
      #expect(split.labels == gray.labels && split.sourceRows == gray.sourceRows)
      let (pixels, ink) = (split.features.matrix, gray.features.matrix)
      #expect(
        pixels.values.indices.allSatisfy { pixels.values[$0] == 1 - ink.values[$0 / 3] })
    }
  }
}
