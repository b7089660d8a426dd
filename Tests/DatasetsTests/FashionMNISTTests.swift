import FoundationEssentials
import Network
import TestSupport
import Testing

@testable import Datasets

@Suite struct FashionMNISTTests {
  private static let isInstalled = FileManager.default.fileExists(
    atPath: "/usr/share/datasets/fashion-mnist")

  @Test("Fashion-MNIST is read from Debian's package", .enabled(if: isInstalled))
  func installed() throws {
    let dataset = try Dataset.load("fashion-mnist")
    #expect(dataset.name == "fashion-mnist")
    #expect(dataset.classCount == 10)
    #expect(dataset.featureCount == 784)
    #expect(dataset.train.count == 60_000)
    #expect(dataset.test.count == 10_000)
    for (split, count) in [(dataset.train, 6000), (dataset.test, 1000)] {
      let counts = split.labels.reduce(into: Array(repeating: 0, count: 10)) { $0[$1] += 1 }
      #expect(counts == Array(repeating: count, count: 10))
    }
    // The sum of the published bytes.
    let sum = dataset.test.features.matrix.values.reduce(into: 0) {
      $0 += Int(($1 * 255).rounded())
    }
    #expect(sum == 573_469_082)
    #expect(dataset.train.labels.prefix(10) == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5])
  }

  @Test("without the package, the error says how to install it")
  func missing() throws {
    let folder = try TemporaryFolder()
    for path in [folder.path, folder.path + "/nothing"] {
      let error = #expect(throws: DatasetError.self) { try Dataset.fashionMNIST(folder: path) }
      #expect(
        error
          == DatasetError(
            .missing,
            "Fashion-MNIST is not in \(path): install it with `apt-get install "
              + "dataset-fashion-mnist`."))
    }
  }

  @Test("damaged files of the package are not reported as missing")
  func damaged() throws {
    let folder = try TemporaryFolder()
    try SmallIDX.write(to: folder)
    try folder.write([1, 2, 3, 4], to: "train-images-idx3-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.fashionMNIST(folder: folder.path) }
    #expect(error?.kind == .badData)
  }
}
