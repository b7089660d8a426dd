import CElementwise

/// A table of float32 numbers, [rows, width], parts of which are sealed and unsealed: a row is a vector at one step.
package struct NumberTable {
  /// The numbers between two rows: rows whose distance is no power of two share the cache better.
  private static let gap = 16

  /// The number of rows.
  package let rowCount: Int
  /// The number of columns.
  package let width: Int
  private let stride: Int
  private var numbers: [Float]

  /// Makes a table of zeros.
  package init(rowCount: Int, width: Int) {
    self.rowCount = rowCount
    self.width = width
    stride = width + NumberTable.gap
    numbers = Array(repeating: 0, count: rowCount * stride)
  }

  private func require(_ rows: Range<Int>, _ columns: Range<Int>) {
    precondition(
      0..<rowCount ~= rows.lowerBound && rows.upperBound <= rowCount
        && 0..<width ~= columns.lowerBound
        && columns.upperBound <= width && 1...SealedUnits.stepCount ~= rows.count
        && 1...SealedUnits.unitCount ~= columns.count,
      "A table of \(rowCount) rows of \(width) has no part \(rows), \(columns) that can be sealed.")
  }

  /// Copies `vector`, [width], into a row.
  package mutating func write(_ vector: Span<Float>, toRow row: Int) {
    precondition(vector.count == width && 0..<rowCount ~= row, "Row \(row) has \(width) numbers.")
    let first = row * stride
    unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe vector.withUnsafeBufferPointer { vector in
        guard let from = vector.baseAddress, let to = numbers.baseAddress else { return }
        unsafe (to + first).update(from: from, count: vector.count)
      }
    }
  }

  /// Copies a row into `vector`, whose memory is reused where it has the width.
  package func read(row: Int, into vector: inout [Float]) {
    precondition(0..<rowCount ~= row, "There is no row \(row).")
    if vector.count != width { vector = Array(repeating: 0, count: width) }
    let first = row * stride
    unsafe vector.withUnsafeMutableBufferPointer { vector in
      unsafe numbers.withUnsafeBufferPointer { numbers in
        guard let from = numbers.baseAddress, let to = vector.baseAddress else { return }
        unsafe to.update(from: from + first, count: vector.count)
      }
    }
  }

  /// Seals the numbers in up to 128 rows and 16 columns, with their checksum.
  package func seal(rows: Range<Int>, columns: Range<Int>) -> [UInt8] {
    require(rows, columns)
    let first = rows.lowerBound * stride + columns.lowerBound
    let room = Int(elementwise_sealed_room) + SealedChecksum.byteCount
    var sealed = unsafe [UInt8](unsafeUninitializedCapacity: room) { sealed, count in
      count = unsafe numbers.withUnsafeBufferPointer { numbers in
        unsafe elementwise_seal(
          numbers.baseAddress.map { unsafe $0 + first }, stride, rows.count, columns.count,
          sealed.baseAddress)
      }
    }
    SealedChecksum.append(to: &sealed)
    return sealed
  }

  /// Unseals numbers into as many rows and columns.
  ///
  /// - Returns: whether the bytes have their checksum and hold that many rows and columns; if not, no number changes.
  package mutating func unseal(_ sealed: Span<UInt8>, rows: Range<Int>, columns: Range<Int>) -> Bool
  {
    require(rows, columns)
    guard SealedChecksum.isRight(sealed) else { return false }
    let first = rows.lowerBound * stride + columns.lowerBound
    return unsafe numbers.withUnsafeMutableBufferPointer { numbers in
      unsafe sealed.withUnsafeBufferPointer { sealed in
        unsafe elementwise_unseal(
          sealed.baseAddress, sealed.count - SealedChecksum.byteCount, rows.count, columns.count,
          numbers.baseAddress.map { unsafe $0 + first }, stride)
      }
    }
  }
}
