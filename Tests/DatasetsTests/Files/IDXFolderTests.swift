import Datasets
import FoundationEssentials
import Network
import TestSupport
import Testing

@Suite struct IDXFolderTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func expectSmallIDX(_ dataset: Dataset) {
    let train = SmallIDX.trainPixels.map { Float($0) / 255 }
    let test = SmallIDX.testPixels.map { Float($0) / 255 }
    #expect(dataset.train.features.matrix == Matrix(rows: 3, columns: 6, values: train))
    #expect(dataset.test.features.matrix == Matrix(rows: 2, columns: 6, values: test))
    #expect(dataset.train.labels == [2, 0, 1])
    #expect(dataset.test.labels == [1, 4])
    #expect(dataset.classCount == 5)
    #expect(dataset.featureCount == 6)
    #expect(dataset.exampleShape == TensorShape(height: 2, width: 3, channels: 1))
  }

  /// A published name, turned into another form of it.
  private static let forms: [(String, @Sendable (String) -> String)] = [
    ("plain", { $0 }),
    ("with a dot", { $0.replacing("-idx", with: ".idx") }),
    ("EMNIST", { "emnist-letters-" + $0.replacing("t10k", with: "test") }),
  ]

  @Test(
    "images and labels come back as they were written, under every published form of name",
    arguments: forms.indices, [false, true])
  func roundTrip(form: Int, isCompressed: Bool) throws {
    let rename = IDXFolderTests.forms[form].1
    try SmallIDX.write(
      to: folder, rename: { rename($0) + (isCompressed ? ".gz" : "") },
      code: { isCompressed ? gzipBytes($0) : $0 })
    let dataset = try Dataset.load(folder.path)
    expectSmallIDX(dataset)
    #expect(dataset.name == URL(filePath: folder.path).lastPathComponent)
    #expect(dataset.source.contains(folder.path))
    #expect(try Dataset.load(folder.path + "/").name == dataset.name)
  }

  @Test("other files, and a compressed copy beside a plain file, do no harm")
  func bystanders() throws {
    try SmallIDX.write(to: folder)
    try folder.write("not gzip, not IDX", to: "train-images-idx3-ubyte.gz")
    try folder.write("notes", to: "README")
    try folder.write("notes", to: "emnist-letters-mapping.txt")
    expectSmallIDX(try Dataset.load(folder.path))
  }

  @Test("labels from 1, as in EMNIST's letters, leave class 0 empty")
  func lettersStartAtOne() throws {
    let labels = (1...26).map { UInt8($0) }
    let pixels = [UInt8](repeating: 7, count: 26)
    for part in ["train", "test"] {
      try folder.write(
        idxBytes(dimensions: [26, 1, 1], values: pixels),
        to: "emnist-letters-\(part)-images-idx3-ubyte")
      try folder.write(
        idxBytes(dimensions: [26], values: labels), to: "emnist-letters-\(part)-labels-idx1-ubyte")
    }
    #expect(try Dataset.load(folder.path).classCount == 27)
  }

  @Test("two data sets in one folder are refused with the choices named")
  func severalDataSets() throws {
    try SmallIDX.write(to: folder)
    try folder.write([], to: "emnist-letters-train-images-idx3-ubyte.gz")
    try folder.write([], to: "emnist-balanced-test-labels-idx1-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(
      error
        == DatasetError(
          .badData,
          "The folder \(folder.path) holds several data sets (train/t10k, emnist-balanced, "
            + "emnist-letters): put the files of the one you want into a folder of their own."))
  }

  @Test("the error of a folder without IDX files lists the expected names")
  func noFiles() throws {
    try folder.write("", to: "train-images-idx4-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(error?.kind == .missing)
    for file in SmallIDX.files {
      #expect(error?.description.contains(file.name) == true)
    }
  }

  @Test("a file of the four that is not there is named")
  func oneMissing() throws {
    try SmallIDX.write(to: folder)
    try folder.remove("t10k-labels-idx1-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(
      error
        == DatasetError(
          .missing,
          "The folder \(folder.path) lacks t10k-labels-idx1-ubyte: add what is missing, plain or "
            + "with .gz."))
  }

  @Test("a missing EMNIST file is named as EMNIST names it")
  func oneMissingOfEMNIST() throws {
    try folder.write([], to: "emnist-digits-train-images-idx3-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(error?.description.contains("lacks emnist-digits-train-labels-idx1-ubyte") == true)
    #expect(error?.description.contains("emnist-digits-test-images-idx3-ubyte") == true)
  }

  @Test("labels that do not match the images in number are refused")
  func unmatchedLabels() throws {
    try SmallIDX.write(to: folder)
    try folder.write(
      idxBytes(dimensions: [4], values: [1, 2, 3, 4]), to: "train-labels-idx1-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(
      error
        == DatasetError(
          .badData,
          "\(folder.path)/train-labels-idx1-ubyte holds 4 labels, but "
            + "\(folder.path)/train-images-idx3-ubyte holds 3 images."))
  }

  @Test("test images of another shape are refused, even with as many pixels")
  func unmatchedSizes() throws {
    try SmallIDX.write(to: folder)
    try folder.write(
      idxBytes(dimensions: [2, 3, 2], values: SmallIDX.testPixels), to: "t10k-images-idx3-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(
      error
        == DatasetError(
          .badData,
          "\(folder.path)/t10k-images-idx3-ubyte holds images of 3x2 pixels, but the images in "
            + "\(folder.path)/train-images-idx3-ubyte are 2x3 pixels."))
  }

  @Test("a folder under the name of a file is refused")
  func folderForFile() throws {
    try SmallIDX.write(to: folder)
    try folder.remove("train-labels-idx1-ubyte")
    let path = folder.path + "/train-labels-idx1-ubyte"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(
      error
        == DatasetError(
          .badData, "\(path) is no regular file: save the data as one, which can be read again."))
  }
}
