import Network
import Statistics
import TestSupport
import Testing

@testable import Datasets

@Suite("The digest of a data set")
struct DatasetDigestTests {
  func dataset(
    _ values: [Float] = [1, 2, 3, 4, 5, 6], labels: [Int] = [0, 1, 1],
    testValues: [Float] = [7, 8],
    columns: [String]? = ["a", "b"]
  ) throws -> Dataset {
    try Dataset(
      name: "left", source: "here",
      train: LabeledExamples(
        features: FeatureTable(Matrix(rows: values.count / 2, columns: 2, values: values)),
        labels: labels),
      test: LabeledExamples(
        features: FeatureTable(Matrix(rows: 1, columns: 2, values: testValues)), labels: [0]),
      columns: columns)
  }

  @Test("Features and labels have digests of their own, which any number changes")
  func changes() throws {
    let digest = DatasetDigest(of: try dataset())
    #expect(DatasetDigest(of: try dataset()) == digest)
    #expect(digest.features.hasPrefix("xxh64:") && digest.features.count == 22)
    for changed in [
      try dataset([1, 2, 3, 4, 5, 6.0000005]), try dataset([2, 1, 3, 4, 5, 6]),
      try dataset([3, 4, 1, 2, 5, 6]), try dataset(testValues: [7, 9]),
    ] {
      let other = DatasetDigest(of: changed)
      #expect(other.features != digest.features && other.labels == digest.labels)
    }
    let other = DatasetDigest(of: try dataset(labels: [1, 0, 1]))
    #expect(other.features == digest.features && other.labels != digest.labels)
    #expect(DatasetDigest(of: try dataset(columns: ["c", "d"])) == digest)
  }

  @Test(
    "Numbers have one digest as bytes and as floats, and the digest of the digits never changes")
  func storage() throws {
    let bytes = (0..<24).map { UInt8($0 * 11 % 256) }
    let stored = FeatureTable(rows: 4, columns: 6, bytes: bytes, divisor: 255)
    var first = XXHash64()
    stored.add(to: &first)
    var second = XXHash64()
    FeatureTable(stored.matrix).add(to: &second)
    #expect(first.value == second.value)
    let digits = DatasetDigest(of: try .load("digits"))
    #expect(digits.features == "xxh64:bd6d50b15fe417d9")
    #expect(digits.labels == "xxh64:ce78e592de40b50d")
  }

  @Test("Targets count where there are no labels, and not where they are made of them")
  func targets() throws {
    let map = try Dataset.load("linear-map")
    let targets = try #require(map.train.targets)
    var changed = targets
    changed.values[5] += 1
    func digest(_ targets: Matrix) throws -> DatasetDigest {
      DatasetDigest(
        of: try Dataset(
          name: "map", source: "",
          train: LabeledExamples(features: map.train.features.matrix, targets: targets),
          test: map.test))
    }
    #expect(try digest(targets) == DatasetDigest(of: map))
    #expect(try digest(changed).labels != DatasetDigest(of: map).labels)
    let plain = try dataset()
    let oneHot = try Dataset(
      name: "left", source: "", train: plain.train.withOneHotTargets(outputs: 2),
      test: plain.test.withOneHotTargets(outputs: 2))
    #expect(DatasetDigest(of: oneHot) == DatasetDigest(of: plain))
  }

  @Test("Columns of the same names are put in the wanted order, with all that belongs to them")
  func arranged() throws {
    let swapped = try dataset([2, 1, 4, 3, 6, 5], testValues: [8, 7], columns: ["b", "a"])
    let put = try swapped.arranged(by: ["a", "b"], of: "right")
    let wanted = try dataset()
    #expect(put.columns == ["a", "b"])
    #expect(put.train == wanted.train && put.test == wanted.test)
    #expect((put.name, put.source) == ("left", "here"))
    for names in [nil, ["b", "a"]] as [[String]?] {
      #expect(try swapped.arranged(by: names, of: "right").train == swapped.train)
    }
    #expect(try dataset(columns: nil).arranged(by: ["x", "y"], of: "right").train == wanted.train)
  }

  @Test(
    "Columns of other names are refused with the first that differs",
    arguments: [
      (["a", "c"], "left has no column \"c\", which right has"),
      (["A", "b"], "left has no column \"A\", which right has"),
      (["b"], "left has a column \"a\", which right has not"),
      (["a", "b", "c"], "left has no column \"c\", which right has"),
      (["a", "b", "a"], "left and right have several columns \"a\", and not in the same order"),
    ])
  func otherNames(names: [String], finding: String) throws {
    let error = #expect(throws: DatasetError.self) {
      _ = try dataset().arranged(by: names, of: "right")
    }
    #expect(
      error
        == DatasetError(
          .badData,
          "\(finding): use data of the same columns, or give those that mean the same one name."))
  }

  @Test("Columns of one name twice are the same only in the same order")
  func repeated() throws {
    let twice = try dataset(columns: ["a", "a"])
    #expect(try twice.arranged(by: ["a", "a"], of: "right").columns == ["a", "a"])
    #expect(throws: DatasetError.self) { _ = try twice.arranged(by: ["a"], of: "right") }
  }

  @Test("Classes without training examples are reported")
  func untrained() throws {
    #expect(try dataset().untrainedClasses.isEmpty)
    #expect(try dataset(labels: [4, 1, 1]).untrainedClasses == [0, 2, 3])
    #expect(try Dataset.load("linear-map").untrainedClasses.isEmpty)
  }
}
