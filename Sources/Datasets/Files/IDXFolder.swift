import FoundationEssentials
import Network

/// A folder of IDX files under their published names: those of MNIST, or of one EMNIST split.
struct IDXFolder {
  /// The four files of a data set, by MNIST's names.
  private enum Part: String, CaseIterable {
    case trainImages = "train-images-idx3-ubyte"
    case trainLabels = "train-labels-idx1-ubyte"
    case testImages = "t10k-images-idx3-ubyte"
    case testLabels = "t10k-labels-idx1-ubyte"

    /// The name without suffix in `collection`: "" for MNIST's own, else an EMNIST split.
    func name(in collection: String) -> String {
      collection.isEmpty
        ? rawValue : "emnist-\(collection)-" + rawValue.replacing("t10k", with: "test")
    }
  }

  private let path: String
  private let fileNames: [Part: String]

  /// Finds the four files in the folder at `path`.
  ///
  /// - Throws: `DatasetError` where one is missing, or the folder has files of several data sets.
  init(path: String) throws(DatasetError) {
    self.path = path
    var collections: [String: [Part: String]] = [:]
    // In this order a plain file goes before its compressed copy.
    for fileName in try IDXFolder.contents(of: path).sorted() {
      guard let (collection, part) = IDXFolder.meaning(of: fileName) else { continue }
      if collections[collection]?[part] == nil {
        collections[collection, default: [:]][part] = fileName
      }
    }
    guard let (collection, fileNames) = collections.first else {
      let names = Part.allCases.map(\.rawValue).joined(separator: ", ")
      throw .missing(
        "The folder \(path) has no IDX files: it should hold \(names), or an EMNIST split's "
          + "(emnist-letters-train-images-idx3-ubyte, …), each plain or with .gz.")
    }
    guard collections.count == 1 else {
      let choices = collections.keys.sorted()
        .map { $0.isEmpty ? "train/t10k" : "emnist-\($0)" }.joined(separator: ", ")
      throw .badData(
        "The folder \(path) holds several data sets (\(choices)): put the files of the one you "
          + "want into a folder of their own.")
    }
    let missing = Part.allCases.filter { fileNames[$0] == nil }.map { $0.name(in: collection) }
    guard missing.isEmpty else {
      throw .missing(
        "The folder \(path) lacks \(missing.joined(separator: ", ")): add what is missing, plain "
          + "or with .gz.")
    }
    self.fileNames = fileNames
  }

  /// Reads the four files as a data set, with pixels scaled from 0...255 to [0, 1].
  ///
  /// - Throws: `DatasetError` where a file is bad, or the files do not belong together.
  func load(name: String, source: String) throws(DatasetError) -> Dataset {
    let (train, trainImages) = try examples(.trainImages, .trainLabels)
    let (test, testImages) = try examples(.testImages, .testLabels)
    guard trainImages.size == testImages.size else {
      throw .badData(
        "\(testImages.path) holds images of \(testImages.size), but the images in \(trainImages.path) "
          + "are \(trainImages.size).")
    }
    return try Dataset(
      name: name, source: source, train: train, test: test, exampleShape: trainImages.shape)
  }

  private struct ImageFile {
    let path: String
    let shape: TensorShape
    var size: String { "\(shape.height)x\(shape.width) pixels" }
  }

  private func examples(
    _ imagePart: Part, _ labelPart: Part
  ) throws(DatasetError) -> (LabeledExamples, ImageFile) {
    let images = try file(imagePart, rank: 3)
    let labels = try file(labelPart, rank: 1)
    let count = images.dimensions[0]
    guard labels.dimensions[0] == count else {
      throw .badData(
        "\(labels.path) holds \(labels.dimensions[0]) labels, but \(images.path) holds \(count) "
          + "images.")
    }
    let (height, width) = (images.dimensions[1], images.dimensions[2])
    let features = FeatureTable(
      rows: count, columns: height * width, bytes: images.values, divisor: 255)
    return (
      LabeledExamples(features: features, labels: labels.values.map(Int.init)),
      ImageFile(
        path: images.path, shape: TensorShape(height: height, width: width, channels: 1))
    )
  }

  private func file(_ part: Part, rank: Int) throws(DatasetError) -> IDXFile {
    try IDXFile(path: path + "/" + (fileNames[part] ?? part.rawValue), rank: rank)
  }

  private static func contents(of path: String) throws(DatasetError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw .missing("The folder \(path) cannot be listed: see that it is there and may be read.")
    }
  }

  /// The data set and the part that a published file name denotes; nil for another name.
  private static func meaning(of fileName: String) -> (collection: String, part: Part)? {
    let stem = (fileName.hasSuffix(".gz") ? String(fileName.dropLast(3)) : fileName)
      .replacing(".idx", with: "-idx")
    let words = stem.split(separator: "-")
    let collection = words.first == "emnist" && words.count > 2 ? String(words[1]) : ""
    return Part.allCases.first { stem == $0.name(in: collection) }.map { (collection, $0) }
  }
}
