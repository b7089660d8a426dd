import TestSupport
/// An IDX file as its format says, or with one thing wrong.
func idxBytes(
  magic: [UInt8] = [0, 0], type: UInt8 = 8, dimensions: [UInt32], values: [UInt8]
) -> [UInt8] {
  let sizes = dimensions.flatMap { size in
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: size >> $0) }
  }
  return magic + [type, UInt8(dimensions.count)] + sizes + values
}

/// The four files of a small data set: three training and two test images of 2x3 pixels.
enum SmallIDX {
  static let trainPixels: [UInt8] = [
    0, 1, 2, 3, 4, 5, 250, 251, 252, 253, 254, 255, 128, 127, 126, 64, 32, 16,
  ]
  static let testPixels: [UInt8] = [9, 8, 7, 6, 5, 4, 10, 20, 30, 40, 50, 60]
  static let trainLabels: [UInt8] = [2, 0, 1]
  static let testLabels: [UInt8] = [1, 4]

  static let trainImages = idxBytes(dimensions: [3, 2, 3], values: trainPixels)
  static let testImages = idxBytes(dimensions: [2, 2, 3], values: testPixels)
  static let trainLabelFile = idxBytes(dimensions: [3], values: trainLabels)
  static let testLabelFile = idxBytes(dimensions: [2], values: testLabels)

  static let files: [(name: String, bytes: [UInt8])] = [
    ("train-images-idx3-ubyte", trainImages), ("train-labels-idx1-ubyte", trainLabelFile),
    ("t10k-images-idx3-ubyte", testImages), ("t10k-labels-idx1-ubyte", testLabelFile),
  ]

  /// Writes the four files, under names and with contents that `rename` and `code` choose.
  static func write(
    to folder: TemporaryFolder, rename: (String) -> String = { $0 },
    code: ([UInt8]) -> [UInt8] = { $0 }
  ) throws {
    for file in files { try folder.write(code(file.bytes), to: rename(file.name)) }
  }
}
