package import Network
import Statistics

/// The features of examples, [examples, features], as numbers or as the bytes of images that represent numbers.
///
/// Bytes take a quarter of the memory: 45 MiB instead of 179 for the training images of Fashion-MNIST.
package struct FeatureTable: Sendable {
  /// The number of examples.
  package let rows: Int
  /// The number of features of an example.
  package let columns: Int
  private let storage: Storage

  private enum Storage: Sendable {
    case numbers([Float])
    /// The bytes, each of which represents itself over the divisor.
    case bytes([UInt8], divisor: Float)
  }

  /// The rows of a matrix.
  package init(_ matrix: Matrix) {
    rows = matrix.rows
    columns = matrix.columns
    storage = .numbers(matrix.values)
  }

  /// Makes rows of bytes, each of which represents itself over `divisor`.
  ///
  /// - Precondition: there are `rows` · `columns` bytes.
  init(rows: Int, columns: Int, bytes: [UInt8], divisor: Float) {
    precondition(
      bytes.count == rows * columns,
      "A table of \(rows)x\(columns) needs \(rows * columns) bytes, got \(bytes.count).")
    self.rows = rows
    self.columns = columns
    storage = .bytes(bytes, divisor: divisor)
  }

  /// The examples `range` as numbers, [range, features].
  package func matrix(ofRows range: Range<Int>) -> Matrix {
    if case .numbers(let numbers) = storage {
      let whole = Matrix(rows: rows, columns: columns, values: numbers)
      return range == 0..<rows ? whole : whole.copy(ofRows: range)
    }
    var matrix = Matrix(rows: range.count, columns: columns)
    for (position, row) in range.enumerated() {
      copyRow(row, into: &matrix, at: position * columns)
    }
    return matrix
  }

  /// All examples as numbers.
  package var matrix: Matrix { matrix(ofRows: 0..<rows) }

  /// The same examples with the columns in the order `order`, given by their present indices.
  func selectingColumns(_ order: [Int]) -> FeatureTable {
    let whole = matrix
    var values: [Float] = []
    values.reserveCapacity(rows * order.count)
    for row in 0..<rows {
      for column in order { values.append(whole[row, column]) }
    }
    return FeatureTable(Matrix(rows: rows, columns: order.count, values: values))
  }

  /// The first `count` examples.
  ///
  /// - Precondition: there are as many.
  func prefix(_ count: Int) -> FeatureTable {
    switch storage {
    case .numbers(let numbers):
      FeatureTable(
        Matrix(rows: count, columns: columns, values: Array(numbers[..<(count * columns)])))
    case .bytes(let bytes, let divisor):
      FeatureTable(
        rows: count, columns: columns, bytes: Array(bytes[..<(count * columns)]),
        divisor: divisor)
    }
  }

  /// Adds all numbers, row by row, to a digest.
  func add(to digest: inout XXHash64) {
    switch storage {
    case .numbers(let numbers): digest.add(numbers.span)
    case .bytes(let bytes, let divisor):
      let numbers = (0...255).map { Float($0) / divisor }
      let lookup = numbers.span
      var row = [Float](repeating: 0, count: columns)
      for start in stride(from: 0, to: bytes.count, by: columns) {
        let source = bytes.span.extracting(start..<start + columns)
        var target = row.mutableSpan
        for j in 0..<source.count { target[j] = lookup[Int(source[j])] }
        digest.add(row.span)
      }
    }
  }

  /// Copies an example's features in place, from element `start` of `batch` on.
  func copyRow(_ row: Int, into batch: inout Matrix, at start: Int) {
    let elements = row * columns..<(row + 1) * columns
    switch storage {
    case .numbers(let numbers):
      // Slices of equal length are copied in place, as one block of memory.
      batch.values.replaceSubrange(start..<start + columns, with: numbers[elements])
    case .bytes(let bytes, let divisor):
      let source = bytes.span.extracting(elements)
      var target = batch.values.mutableSpan
      for j in 0..<source.count { target[start + j] = Float(source[j]) / divisor }
    }
  }
}

extension FeatureTable: Equatable {
  /// Whether both have the same numbers, however they are stored.
  package static func == (a: FeatureTable, b: FeatureTable) -> Bool { a.matrix == b.matrix }
}
