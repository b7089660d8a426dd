import Network
import Testing

@testable import Datasets

@Suite("The features of a data set")
struct FeatureTableTests {
  let bytes = FeatureTable(rows: 3, columns: 2, bytes: [0, 1, 51, 254, 255, 7], divisor: 255)
  let numbers = Matrix(
    rows: 3, columns: 2,
    values: [0, 1.0 / 255, 51.0 / 255, 254.0 / 255, 1, 7.0 / 255])

  @Test("bytes are divided by the divisor, as if the numbers were stored")
  func bytesAsNumbers() {
    #expect(bytes.matrix == numbers)
    #expect(bytes == FeatureTable(numbers))
    #expect(bytes != FeatureTable(Matrix(rows: 3, columns: 2)))
  }

  @Test("some rows equal the same rows of the whole", arguments: [0..<3, 1..<2, 1..<3, 2..<2])
  func rows(range: Range<Int>) {
    #expect(bytes.matrix(ofRows: range) == numbers.copy(ofRows: range))
    #expect(FeatureTable(numbers).matrix(ofRows: range) == numbers.copy(ofRows: range))
  }

  @Test("a batch is gathered of bytes as of numbers, in rows of any length")
  func gathering() {
    for columns in [1, 2, 4] {
      let batches = [bytes, FeatureTable(numbers)].map { features in
        var batch = Matrix(rows: 4 / columns, columns: columns)
        var labels = [0, 0]
        LabeledExamples(features: features, labels: [5, 6, 7])
          .gather([2, 0], into: &batch, labels: &labels)
        #expect(labels == [7, 5])
        return batch
      }
      #expect(batches[0].values == [1, 7.0 / 255, 0, 1.0 / 255])
      #expect(batches[0] == batches[1])
    }
  }

  @Test("bytes that do not fill the rows stop the program")
  func sizes() async {
    await #expect(processExitsWith: .failure) {
      _ = FeatureTable(rows: 2, columns: 2, bytes: [1], divisor: 1)
    }
  }
}
