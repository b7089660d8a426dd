/// An array of unsigned bytes in the IDX format of MNIST.
///
/// Two zero bytes, the type of the elements, the number of dimensions, each dimension as a
/// big-endian 32-bit number, then the elements. Source: Y. LeCun, C. Cortes and C. Burges, "The
/// MNIST database of handwritten digits".
struct IDXFile {
  /// The largest number of elements that are read: as 32-bit floats they fill 4 GiB.
  static let maximumCount = 1 << 30

  /// The path of the file.
  let path: String
  /// The length of each dimension; the first is the number of examples.
  let dimensions: [Int]
  /// The elements, the last dimension running fastest.
  let values: [UInt8]

  /// Reads the file at `path`, plain or gzip.
  ///
  /// No more is inflated than the header claims, so that a small file cannot fill the memory.
  /// - Parameters:
  ///   - path: a file path.
  ///   - rank: the number of dimensions that the file must have: 3 for images, 1 for labels.
  /// - Throws: `DatasetError` where the file is anything but such an array, whole and alone.
  init(path: String, rank: Int) throws(DatasetError) {
    self.path = path
    var file = try GzipFile(path: path)
    let header = try file.read(upTo: 4 + 4 * rank)
    dimensions = try IDXFile.dimensions(of: header, rank: rank, path: path)
    var count = 1
    for dimension in dimensions {
      let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
      guard !overflows, product <= IDXFile.maximumCount else {
        throw .badData(
          "\(path) claims \(IDXFile.text(dimensions)) elements in its header, more than the "
            + "\(IDXFile.maximumCount) that can be loaded.")
      }
      count = product
    }
    guard count > 0 else {
      throw .badData(
        "\(path) is empty: its header says \(IDXFile.text(dimensions)), where every dimension must "
          + "be at least 1.")
    }
    values = try file.read(upTo: count + 1)
    guard values.count == count else {
      let found = values.count < count ? "\(values.count)" : "more"
      throw .badData(
        "\(path) should hold \(count) bytes after its header (\(IDXFile.text(dimensions))), but "
          + "holds \(found): get the file again.")
    }
  }

  private static func dimensions(
    of header: [UInt8], rank: Int, path: String
  ) throws(DatasetError) -> [Int] {
    if header.count >= 4 {
      guard header[0] == 0, header[1] == 0 else {
        throw .badData(
          "\(path) is not an IDX file: its magic number starts with \(hex(header[0])) "
            + "\(hex(header[1])), where 0x00 0x00 is expected.")
      }
      guard header[2] == 8 else {
        throw .badData(
          "\(path) holds elements of IDX type \(hex(header[2])), where unsigned bytes (0x08) are "
            + "expected.")
      }
      guard header[3] == rank else {
        throw .badData(
          "\(path) holds a \(header[3])-dimensional array, where "
            + "\(rank == 1 ? "labels" : "images") are \(rank)-dimensional.")
      }
    }
    guard header.count == 4 + 4 * rank else {
      throw .badData(
        "\(path) ends after \(header.count) bytes, inside its IDX header of \(4 + 4 * rank) bytes: "
          + "get the file again.")
    }
    return (1...rank).map { dimension in
      header[4 * dimension..<4 * dimension + 4].reduce(0) { $0 << 8 | Int($1) }
    }
  }

  private static func hex(_ byte: UInt8) -> String {
    (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16, uppercase: true)
  }

  private static func text(_ dimensions: [Int]) -> String {
    dimensions.map(String.init).joined(separator: "x")
  }
}
