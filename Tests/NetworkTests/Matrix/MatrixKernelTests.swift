import Testing

@testable import Network

@Suite("Matrix products")
struct MatrixKernelTests {
  /// The rows of A, what is summed over, and the columns of B.
  struct Shape: CustomTestStringConvertible {
    let m: Int
    let k: Int
    let n: Int
    var testDescription: String { "\(m)x\(k)x\(n)" }
  }

  static let shapes = [
    Shape(m: 1, k: 1, n: 1), Shape(m: 1, k: 7, n: 1), Shape(m: 1, k: 1, n: 7),
    Shape(m: 3, k: 5, n: 2), Shape(m: 17, k: 33, n: 9), Shape(m: 64, k: 64, n: 64),
    Shape(m: 100, k: 784, n: 256),
  ]
  static let hasOneDNN = MatrixKernel.fastest.name != MatrixKernel.portable.name

  @Test("the portable kernel's three products equal a triple loop", arguments: shapes)
  func portable(shape: Shape) {
    check(.portable, shape)
  }

  @Test(
    "oneDNN's three products are those of a triple loop",
    .enabled(if: hasOneDNN, "oneDNN is not installed, so the fastest kernel is the portable one"),
    arguments: shapes)
  func oneDNN(shape: Shape) {
    check(.fastest, shape)
  }

  @Test(
    "a product does not see what its result held before",
    arguments: [MatrixKernel.portable, .fastest])
  func overwrites(kernel: MatrixKernel) {
    let (a, b) = (Matrix.normal(5, 4, seed: 1), Matrix.normal(4, 3, seed: 2))
    var clean = Matrix(rows: 5, columns: 3)
    var dirty = Matrix(rows: 5, columns: 3, repeating: .nan)
    kernel.multiply(a.operand, b.operand, into: &clean)
    kernel.multiply(a.operand, b.operand, into: &dirty)
    #expect(clean == dirty)
    kernel.multiply(a.transposed.operand.transposed, b.operand, into: &clean)
    dirty = Matrix(rows: 5, columns: 3, repeating: .nan)
    kernel.multiply(a.transposed.operand.transposed, b.operand, into: &dirty)
    #expect(clean == dirty)
    kernel.multiply(a.operand, b.transposed.operand.transposed, into: &clean)
    dirty = Matrix(rows: 5, columns: 3, repeating: .nan)
    kernel.multiply(a.operand, b.transposed.operand.transposed, into: &dirty)
    #expect(clean == dirty)
  }

  /// A random operand of this shape: consecutive rows of a larger matrix, stored as they are or transposed.
  private func operand(_ rows: Int, _ columns: Int, _ generator: inout RandomGenerator) -> (
    operand: MatrixOperand, rows: [[Double]]
  ) {
    let isTransposed = generator.index(below: 2) == 1
    let (storedRows, storedColumns) = isTransposed ? (columns, rows) : (rows, columns)
    let first = generator.index(below: 3)
    let matrix = Matrix.normal(
      first + storedRows + generator.index(below: 3), storedColumns, seed: generator.next())
    let stored = matrix.rows(first..<first + storedRows)
    let numbers = Array(matrix.doubleRows[first..<first + storedRows])
    guard isTransposed else { return (stored, numbers) }
    return (stored.transposed, (0..<rows).map { row in numbers.map { $0[row] } })
  }

  @Test(
    "rows of a matrix, transposed or not, are scaled and added to what is kept, from any element on",
    arguments: 1...60, [MatrixKernel.portable, .fastest])
  func operands(seed: Int, kernel: MatrixKernel) {
    var generator = RandomGenerator(seed: UInt64(seed))
    let (m, k, n) = (
      1 + generator.index(below: 12), 1 + generator.index(below: 12),
      1 + generator.index(below: 12)
    )
    let a = operand(m, k, &generator)
    let b = operand(k, n, &generator)
    let first = generator.index(below: 4)
    let scale: Float = [1, -0.3][generator.index(below: 2)]
    let keep: Float = [0, 1, 0.7][generator.index(below: 3)]
    let before = Matrix.normal(1, first + m * n + generator.index(below: 4), seed: 3)
    var c = before
    kernel.multiply(
      a.operand, b.operand, into: &c, firstElement: first, scale: scale, keep: keep)
    for index in c.values.indices {
      guard (first..<first + m * n).contains(index) else {
        #expect(c.values[index] == before.values[index])
        continue
      }
      let (row, column) = (index - first).quotientAndRemainder(dividingBy: n)
      let product = (0..<k).reduce(0) { $0 + a.rows[row][$1] * b.rows[$1][column] }
      let expected = Double(keep) * Double(before.values[index]) + Double(scale) * product
      #expect(abs(Double(c.values[index]) - expected) <= 4e-6)
    }
  }

  @Test(
    "what is not kept may be no number", arguments: [MatrixKernel.portable, .fastest])
  func keepingNothing(kernel: MatrixKernel) {
    var c = Matrix(rows: 2, columns: 1, values: [.nan, .infinity])
    let a = Matrix(rows: 2, columns: 1, values: [3, 4])
    kernel.multiply(a.operand, Matrix(rows: 1, columns: 1, values: [2]).operand, into: &c)
    #expect(c.values == [6, 8])
  }

  @Test("a kernel has a name and runs on one thread")
  func names() {
    #expect(MatrixKernel.portable.name == "portable")
    #expect(MatrixKernel.portable.threads == 1 && MatrixKernel.fastest.threads == 1)
    #expect(!Self.hasOneDNN || MatrixKernel.fastest.name.hasPrefix("oneDNN "))
  }

  @Test("shapes that do not chain stop the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      var c = Matrix(rows: 2, columns: 2)
      MatrixKernel.fastest.multiply(
        Matrix(rows: 2, columns: 3).operand, Matrix(rows: 2, columns: 2).operand, into: &c)
    }
    await #expect(processExitsWith: .failure) {
      var c = Matrix(rows: 2, columns: 2)
      MatrixKernel.fastest.multiply(
        Matrix(rows: 2, columns: 2).operand, Matrix(rows: 3, columns: 2).operand, into: &c)
    }
    await #expect(processExitsWith: .failure) {
      var c = Matrix(rows: 2, columns: 2)
      MatrixKernel.fastest.multiply(
        Matrix(rows: 2, columns: 3).operand, Matrix(rows: 3, columns: 2).operand.transposed,
        into: &c)
    }
  }

  @Test("rows or a place outside a matrix stop the program")
  func places() async {
    await #expect(processExitsWith: .failure) {
      var c = Matrix(rows: 2, columns: 2)
      let a = Matrix(rows: 2, columns: 2).operand
      MatrixKernel.fastest.multiply(a, a, into: &c, firstElement: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix(rows: 2, columns: 2).rows(1..<3)
    }
  }

  /// Compares all three products with sums in Double, and each with itself computed again.
  ///
  /// Sums of k products in float32, in any order and with or without fused multiply-adds, are off by at
  /// most k·u / (1 - k·u) of the sum of magnitudes, with u = 2⁻²⁴ (Higham 2002, section 3.1).
  private func check(_ kernel: MatrixKernel, _ shape: Shape) {
    let a = Matrix.normal(shape.m, shape.k, seed: 11)
    let b = Matrix.normal(shape.k, shape.n, seed: 12)
    let (aT, bT) = (a.transposed, b.transposed)
    let empty = Matrix(rows: shape.m, columns: shape.n)
    var products = [empty, empty, empty]
    var again = products
    for _ in 0..<2 {
      swap(&products, &again)
      kernel.multiply(a.operand, b.operand, into: &products[0])
      kernel.multiply(aT.operand.transposed, b.operand, into: &products[1])
      kernel.multiply(a.operand, bT.operand.transposed, into: &products[2])
    }
    #expect(products == again)

    let limit = Double(shape.k) * 0x1p-24 / (1 - Double(shape.k) * 0x1p-24)
    let bColumns = bT.doubleRows
    // Of the largest shape, one row in seven keeps the triple loop short.
    let sampledRows = stride(from: 0, to: shape.m, by: shape.m >= 100 ? 7 : 1)
    var errors: [Double] = []
    for i in sampledRows {
      let aRow = a.row(i).map(Double.init)
      for j in 0..<shape.n {
        var (sum, magnitude) = (0.0, 0.0)
        for l in 0..<shape.k {
          let term = aRow[l] * bColumns[j][l]
          sum += term
          magnitude += abs(term)
        }
        for product in products {
          errors.append((Double(product[i, j]) - sum) / (limit * magnitude))
        }
      }
    }
    #expect(largestMagnitude(errors) <= 1)
  }
}

extension Matrix {
  fileprivate var transposed: Matrix {
    Matrix(
      rows: columns, columns: rows,
      values: (0..<columns).flatMap { column in (0..<rows).map { self[$0, column] } })
  }
}
