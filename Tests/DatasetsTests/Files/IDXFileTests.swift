import Datasets
import TestSupport
import Testing

/// One file of an otherwise good folder, and the end of the message it must get.
struct BadIDXFile: Sendable, CustomTestStringConvertible {
  let what: String
  let name: String
  let bytes: [UInt8]
  let message: String

  init(_ what: String, _ bytes: [UInt8], in name: String = images, _ message: String) {
    self.what = what
    self.name = name
    self.bytes = bytes
    self.message = message
  }

  var testDescription: String { what }

  static let images = "train-images-idx3-ubyte"
  static let labels = "train-labels-idx1-ubyte"
  private static let pixels = SmallIDX.trainPixels

  static let all = [
    BadIDXFile(
      "an empty file", [],
      " ends after 0 bytes, inside its IDX header of 16 bytes: get the file again."),
    BadIDXFile(
      "a header cut off in the magic number", [0, 0, 8],
      " ends after 3 bytes, inside its IDX header of 16 bytes: get the file again."),
    BadIDXFile(
      "a header cut off in a dimension", Array(SmallIDX.trainImages.prefix(15)),
      " ends after 15 bytes, inside its IDX header of 16 bytes: get the file again."),
    BadIDXFile(
      "a header of labels cut off", [0, 0, 8, 1, 0, 0, 0], in: labels,
      " ends after 7 bytes, inside its IDX header of 8 bytes: get the file again."),
    BadIDXFile(
      "a wrong magic number",
      idxBytes(magic: [0x89, 0x0A], dimensions: [3, 2, 3], values: pixels),
      " is not an IDX file: its magic number starts with 0x89 0x0A, where 0x00 0x00 is expected."),
    BadIDXFile(
      "elements of another type", idxBytes(type: 0x0D, dimensions: [3, 2, 3], values: pixels),
      " holds elements of IDX type 0x0D, where unsigned bytes (0x08) are expected."),
    BadIDXFile(
      "labels in place of images", SmallIDX.trainLabelFile,
      " holds a 1-dimensional array, where images are 3-dimensional."),
    BadIDXFile(
      "images in place of labels", SmallIDX.trainImages, in: labels,
      " holds a 3-dimensional array, where labels are 1-dimensional."),
    BadIDXFile(
      "no dimension at all", [0, 0, 8, 0],
      " holds a 0-dimensional array, where images are 3-dimensional."),
    BadIDXFile(
      "data cut off", Array(SmallIDX.trainImages.dropLast()),
      " should hold 18 bytes after its header (3x2x3), but holds 17: get the file again."),
    BadIDXFile(
      "no data", idxBytes(dimensions: [3, 2, 3], values: []),
      " should hold 18 bytes after its header (3x2x3), but holds 0: get the file again."),
    BadIDXFile(
      "a byte too many", SmallIDX.trainImages + [0],
      " should hold 18 bytes after its header (3x2x3), but holds more: get the file again."),
    BadIDXFile(
      "no images", idxBytes(dimensions: [0, 2, 3], values: []),
      " is empty: its header says 0x2x3, where every dimension must be at least 1."),
    BadIDXFile(
      "images without pixels", idxBytes(dimensions: [3, 2, 0], values: []),
      " is empty: its header says 3x2x0, where every dimension must be at least 1."),
    BadIDXFile(
      "no labels", idxBytes(dimensions: [0], values: []), in: labels,
      " is empty: its header says 0, where every dimension must be at least 1."),
    BadIDXFile(
      "dimensions whose product overflows",
      idxBytes(dimensions: [.max, .max, .max], values: pixels),
      " claims 4294967295x4294967295x4294967295 elements in its header, more than the 1073741824 "
        + "that can be loaded."),
    BadIDXFile(
      "an absurd number of pixels", idxBytes(dimensions: [60_000, 65_535, 65_535], values: pixels),
      " claims 60000x65535x65535 elements in its header, more than the 1073741824 that can be "
        + "loaded."),
    BadIDXFile(
      "a large claim over little data", idxBytes(dimensions: [1 << 20, 32, 32], values: pixels),
      " should hold 1073741824 bytes after its header (1048576x32x32), but holds 18: get the file "
        + "again."),
  ]
}

@Suite struct IDXFileTests {
  @Test(
    "a bad IDX file is named, with what was expected and what was found", arguments: BadIDXFile.all)
  func refused(file: BadIDXFile) throws {
    let folder = try TemporaryFolder()
    try SmallIDX.write(to: folder)
    let path = try folder.write(file.bytes, to: file.name)
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(error == DatasetError(.badData, path + file.message))
  }

  @Test("a bad IDX file gets the same message when it is compressed", arguments: BadIDXFile.all)
  func refusedCompressed(file: BadIDXFile) throws {
    let folder = try TemporaryFolder()
    try SmallIDX.write(to: folder, rename: { $0 + ".gz" }, code: gzipBytes)
    let path = try folder.write(gzipBytes(file.bytes), to: file.name + ".gz")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(folder.path) }
    #expect(error == DatasetError(.badData, path + file.message))
  }
}
