import Network

/// A CSV file with a header, a column `label`, and numbers in every other column.
struct CSVTable {
  /// The largest number of cells of a table.
  static let maximumCellCount = 1 << 30
  /// The smallest number of examples that can be split.
  static let minimumRowCount = 10

  /// The rows of the table, in the order of the file.
  let examples: LabeledExamples
  /// The names of the columns of numbers, in their order.
  let columns: [String]

  /// Reads the file at `path`, plain or gzip.
  ///
  /// - Parameters:
  ///   - path: a file path.
  ///   - maximumSize: the largest number of bytes that are read of a plain file.
  ///   - maximumInflatedSize: the largest number of bytes that are read of a gzip file, which can hold more than its size.
  /// - Throws: `DatasetError` that names file, line and column of the first fault.
  init(
    path: String, maximumSize: Int = 1 << 32, maximumInflatedSize: Int = 1 << 29
  ) throws(DatasetError) {
    var file = try GzipFile(path: path)
    let isCompressed = file.isCompressed
    let limit = isCompressed ? maximumInflatedSize : maximumSize
    let bytes = try file.read(upTo: limit + 1)
    guard bytes.count <= limit else {
      throw .badData(
        isCompressed
          ? "\(path) unpacks to more than \(limit) bytes of text: unpack it, and name that file."
          : "\(path) holds more than the \(limit) bytes of text that can be loaded: split it up.")
    }
    guard !bytes.starts(with: [0, 0, 8]) else {
      throw .badData("\(path) is an IDX file, not a CSV file: give the folder that holds it.")
    }
    var cells = CSVCells(bytes, path: path)
    let header = try CSVHeader(readingFrom: &cells, of: bytes, path: path)
    examples = try CSVTable.rows(of: &cells, bytes: bytes, header: header)
    columns = header.names.indices.filter { $0 != header.labelColumn }.map { header.names[$0] }
  }

  private static func rows(
    of cells: inout CSVCells, bytes: [UInt8], header: CSVHeader
  ) throws(DatasetError) -> LabeledExamples {
    let columnCount = header.names.count
    var values: [Float] = []
    var labels: [Int] = []
    while cells.startRecord() {
      guard (labels.count + 1) * columnCount <= maximumCellCount else {
        throw .badData(
          "\(header.path) holds more than the \(maximumCellCount) cells that can be loaded: split "
            + "it up.")
      }
      for column in 0..<columnCount {
        let cell = try cells.next()
        let text = bytes.span.extracting(cell.text)
        if column == header.labelColumn {
          guard let label = labelNumber(text) else {
            throw header.error(
              in: cell, column, bytes, expected: "a whole number from 0 to 65535")
          }
          labels.append(label)
        } else {
          guard let value = decimalNumber(text) else {
            throw header.error(in: cell, column, bytes, expected: "a finite number")
          }
          values.append(value)
        }
        guard cell.endsRecord == (column == columnCount - 1) else {
          throw header.error(endOf: cell, column)
        }
      }
    }
    guard labels.count >= minimumRowCount else {
      throw .badData(
        "\(header.path) holds \(labels.count) rows of data, where at least \(minimumRowCount) are "
          + "needed to split them into training and test examples.")
    }
    let features = Matrix(rows: labels.count, columns: columnCount - 1, values: values)
    return LabeledExamples(features: FeatureTable(features), labels: labels)
  }
}
