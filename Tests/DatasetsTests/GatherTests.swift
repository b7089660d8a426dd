import Network
import Testing

@testable import Datasets

@Suite struct GatherTests {
  private let examples = LabeledExamples(
    features: FeatureTable(Matrix(rows: 4, columns: 3, values: (0..<12).map(Float.init))),
    labels: [5, 6, 7, 8])

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

  @Test("an image fills as many rows as it has positions")
  func images() {
    var batch = Matrix(rows: 6, columns: 1)
    var labels = [0, 0]
    examples.gather([2, 1], into: &batch, labels: &labels)
    #expect(batch == Matrix(rows: 6, columns: 1, values: [6, 7, 8, 3, 4, 5]))
    #expect(labels == [7, 6])
  }

  @Test("targets are gathered in the order asked for; then there are no labels to gather")
  func targets() {
    let examples = LabeledExamples(
      features: Matrix(rows: 3, columns: 1, values: [1, 2, 3]),
      targets: Matrix(rows: 3, columns: 2, values: [10, 11, 20, 21, 30, 31]))
    #expect(examples.labels.isEmpty)
    #expect(examples.sourceRows == [0, 1, 2])
    var targets = Matrix(rows: 3, columns: 2)
    examples.gatherTargets([0, 2, 0, 1][1...], into: &targets)
    #expect(targets == Matrix(rows: 3, columns: 2, values: [30, 31, 10, 11, 20, 21]))
    var batch = Matrix(rows: 3, columns: 1)
    var labels: [Int] = []
    examples.gather([2, 0, 1], into: &batch, labels: &labels)
    #expect(batch.values == [3, 1, 2])
  }

  @Test(
    "a class as a target is 1 at its place and 0 elsewhere, also of a class that no example has")
  func oneHot() {
    let examples = LabeledExamples(
      features: FeatureTable(Matrix(rows: 2, columns: 1, values: [4, 5])), labels: [2, 0],
      sourceRows: [9, 4])
    let withTargets = examples.withOneHotTargets(outputs: 4)
    #expect(
      withTargets.targets == Matrix(rows: 2, columns: 4, values: [0, 0, 1, 0, 1, 0, 0, 0]))
    #expect(withTargets.labels == [2, 0])
    #expect(withTargets.features == examples.features)
    #expect(withTargets.sourceRows == [9, 4])
  }

  @Test("targets of another shape, or of examples without, are mistakes")
  func targetPreconditions() async {
    await #expect(processExitsWith: .failure) {
      let examples = LabeledExamples(
        features: FeatureTable(Matrix(rows: 2, columns: 1)), labels: [0, 1])
      var targets = Matrix(rows: 1, columns: 2)
      examples.gatherTargets([0], into: &targets)
    }
    await #expect(processExitsWith: .failure) {
      let examples = LabeledExamples(
        features: Matrix(rows: 2, columns: 1), targets: Matrix(rows: 2, columns: 2))
      var targets = Matrix(rows: 2, columns: 1)
      examples.gatherTargets([0, 1], into: &targets)
    }
    await #expect(processExitsWith: .failure) {
      _ = LabeledExamples(
        features: Matrix(rows: 2, columns: 1), targets: Matrix(rows: 3, columns: 2))
    }
  }

  @Test("a batch of another shape, a row that is not there, or unmatched labels are mistakes")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      let examples = LabeledExamples(
        features: FeatureTable(Matrix(rows: 4, columns: 3)), labels: [5, 6, 7, 8])
      var batch = Matrix(rows: 2, columns: 3)
      var labels = [0]
      examples.gather([0], into: &batch, labels: &labels)
    }
    await #expect(processExitsWith: .failure) {
      let examples = LabeledExamples(
        features: FeatureTable(Matrix(rows: 4, columns: 3)), labels: [5, 6, 7, 8])
      var batch = Matrix(rows: 1, columns: 3)
      var labels = [0]
      examples.gather([4], into: &batch, labels: &labels)
    }
    await #expect(processExitsWith: .failure) {
      _ = LabeledExamples(features: FeatureTable(Matrix(rows: 4, columns: 3)), labels: [5, 6, 7])
    }
    await #expect(processExitsWith: .failure) {
      _ = LabeledExamples(features: FeatureTable(Matrix(rows: 1, columns: 3)), labels: [-1])
    }
  }

  @Test("The first examples of bytes and of numbers are the first examples")
  func prefixes() throws {
    let table = FeatureTable(
      rows: 3, columns: 2, bytes: [0, 51, 102, 153, 204, 255], divisor: 255)
    for features in [table, FeatureTable(table.matrix)] {
      let examples = LabeledExamples(features: features, labels: [4, 5, 6], sourceRows: [9, 7, 8])
      let first = examples.prefix(2)
      #expect(first.features.matrix == table.matrix(ofRows: 0..<2))
      #expect(first.labels == [4, 5] && first.sourceRows == [9, 7])
      #expect(examples.prefix(3) == examples && examples.prefix(8) == examples)
    }
    let regression = LabeledExamples(
      features: table.matrix, targets: Matrix(rows: 3, columns: 1, values: [1, 2, 3]))
    #expect(regression.prefix(2).targets?.values == [1, 2])
  }

  @Test("Random labels are uniform, and one-hot targets follow them")
  func randomLabels() {
    let examples = LabeledExamples(
      features: FeatureTable(Matrix(rows: 9000, columns: 1)),
      labels: Array(repeating: 0, count: 9000))
    var generator = RandomGenerator(seed: 1)
    let first = examples.withRandomLabels(classes: 9, generator: &generator)
    let second = examples.withRandomLabels(classes: 9, generator: &generator)
    for labels in [first.labels, second.labels] {
      for label in 0..<9 { #expect(abs(labels.count { $0 == label } - 1000) < 4 * 30) }
    }
    let equal = zip(first.labels, second.labels).count { $0 == $1 }
    #expect(abs(equal - 1000) < 4 * 30)
    #expect(first.targets == nil && first.features == examples.features)
    let oneHot = examples.withOneHotTargets(outputs: 9)
      .withRandomLabels(classes: 9, generator: &generator)
    #expect(oneHot.targets == Targets.oneHot(oneHot.labels, outputs: 9))
  }
}
