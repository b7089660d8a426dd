import Datasets
import FoundationEssentials
import Network
import TestSupport
import Testing

@Suite struct DatasetTests {
  private func examples(columns: Int, labels: [Int]) -> LabeledExamples {
    LabeledExamples(
      features: FeatureTable(Matrix(rows: labels.count, columns: columns)), labels: labels)
  }

  @Test("the number of classes counts the labels of both splits")
  func classCount() throws {
    let train = examples(columns: 3, labels: [0, 2])
    let test = examples(columns: 3, labels: [6])
    let dataset = try Dataset(name: "a", source: "b", train: train, test: test)
    #expect(dataset.classCount == 7)
    #expect(dataset.featureCount == 3)
    #expect(try Dataset(name: "a", source: "b", train: test, test: train).classCount == 7)
  }

  @Test("examples are plain features unless a shape is given, which must fit")
  func exampleShape() async throws {
    let train = examples(columns: 6, labels: [0, 1])
    #expect(
      try Dataset(name: "a", source: "b", train: train, test: train).exampleShape
        == TensorShape(features: 6))
    let shape = TensorShape(height: 3, width: 1, channels: 2)
    #expect(
      try Dataset(name: "a", source: "b", train: train, test: train, exampleShape: shape)
        .exampleShape == shape)
    await #expect(processExitsWith: .failure) {
      let train = LabeledExamples(features: FeatureTable(Matrix(rows: 1, columns: 6)), labels: [0])
      _ = try Dataset(
        name: "a", source: "b", train: train, test: train,
        exampleShape: TensorShape(height: 3, width: 3, channels: 1))
    }
  }

  @Test("a network needs an output for each class, or for each target")
  func outputCount() throws {
    let classes = examples(columns: 2, labels: [0, 4])
    #expect(try Dataset(name: "a", source: "", train: classes, test: classes).outputCount == 5)
    let regression = LabeledExamples(
      features: Matrix(rows: 2, columns: 2), targets: Matrix(rows: 2, columns: 3))
    let dataset = try Dataset(name: "a", source: "", train: regression, test: regression)
    #expect(dataset.outputCount == 3)
    #expect(dataset.classCount == 0)
  }

  @Test("splits of different width are refused")
  func widths() {
    let error = #expect(throws: DatasetError.self) {
      try Dataset(
        name: "toy", source: "", train: examples(columns: 3, labels: [0]),
        test: examples(columns: 4, labels: [0]))
    }
    #expect(
      error
        == DatasetError(
          .badData,
          "The data set toy has 3 features in its training split, but 4 in its test split."))
  }

  @Test("a split without examples or features is refused", arguments: [0, 1, 2])
  func empty(which: Int) {
    let none = examples(columns: 2, labels: [])
    let one = examples(columns: 2, labels: [0])
    let featureless = examples(columns: 0, labels: [0])
    let (train, test) = [(none, one), (one, none), (featureless, featureless)][which]
    let error = #expect(throws: DatasetError.self) {
      try Dataset(name: "toy", source: "", train: train, test: test)
    }
    #expect(error?.kind == .badData)
  }

  @Test("a path at which nothing lies is missing input, and the error says what can be given")
  func nothingThere() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path + "/nothing") }
    #expect(
      error
        == DatasetError(
          .missing,
          "There is no data set at \"\(folder.path)/nothing\": give `digits`, `digits-rgb`, "
            + "`fashion-mnist`, `linear-map`, `heights-and-weights`, a folder of IDX files, or a CSV file."
        ))
    #expect(throws: DatasetError.self) { try Dataset.load("") }
    #expect(throws: DatasetError.self) { try Dataset.load("Digits") }
  }

  @Test("what a message quotes is cut short and cannot reach the terminal as control codes")
  func quoting() {
    let error = #expect(throws: DatasetError.self) {
      try Dataset.load("/nothing\u{1B}[2J" + String(repeating: "x", count: 500))
    }
    let text = error?.description ?? ""
    #expect(text.contains("\\u{1B}[2Jxxx"))
    #expect(!text.contains("\u{1B}"))
    #expect(text.count < 400)
  }
}
