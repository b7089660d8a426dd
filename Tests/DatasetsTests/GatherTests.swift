import Datasets
import Network
import Testing

@Suite struct GatherTests {
  private let examples = LabeledExamples(
    features: Matrix(rows: 4, columns: 3, values: (0..<12).map(Float.init)), labels: [5, 6, 7, 8])

  @Test("the rows asked for fill the batch in their order, with their labels")
  func gathers() {
    var batch = Matrix(rows: 3, columns: 3, repeating: -1)
    var labels = [0, 0, 0]
    examples.gather([3, 0, 3], into: &batch, labels: &labels)
    #expect(batch == Matrix(rows: 3, columns: 3, values: [9, 10, 11, 0, 1, 2, 9, 10, 11]))
    #expect(labels == [8, 5, 8])
  }

  @Test("a slice whose indices do not start at 0 fills the batch from its first row")
  func slices() {
    var batch = Matrix(rows: 2, columns: 3)
    var labels = [0, 0]
    examples.gather([0, 0, 1, 2][2...], into: &batch, labels: &labels)
    #expect(batch == Matrix(rows: 2, columns: 3, values: [3, 4, 5, 6, 7, 8]))
    #expect(labels == [6, 7])
  }

  @Test("a batch of another shape, a row that is not there, or unmatched labels are mistakes")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      let examples = LabeledExamples(features: Matrix(rows: 4, columns: 3), labels: [5, 6, 7, 8])
      var batch = Matrix(rows: 2, columns: 3)
      var labels = [0]
      examples.gather([0], into: &batch, labels: &labels)
    }
    await #expect(processExitsWith: .failure) {
      let examples = LabeledExamples(features: Matrix(rows: 4, columns: 3), labels: [5, 6, 7, 8])
      var batch = Matrix(rows: 1, columns: 3)
      var labels = [0]
      examples.gather([4], into: &batch, labels: &labels)
    }
    await #expect(processExitsWith: .failure) {
      _ = LabeledExamples(features: Matrix(rows: 4, columns: 3), labels: [5, 6, 7])
    }
    await #expect(processExitsWith: .failure) {
      _ = LabeledExamples(features: Matrix(rows: 1, columns: 3), labels: [-1])
    }
  }
}
