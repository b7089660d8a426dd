import Statistics
import Testing

@Suite("Sums over one vector")
struct VectorSummaryTests {
  static let vector: [Float] = [3, -4, 0, 12]

  /// What is worked out of one vector; a macro can't hold a span.
  struct Summary {
    let mean: Double?
    let norm: Double
    let square: Double
    let minimum: Double?
    let maximum: Double?

    init(_ vector: [Float]) {
      let span = vector.span
      mean = span.mean
      norm = span.norm
      square = span.dot(span)
      minimum = span.minimum
      maximum = span.maximum
    }
  }

  @Test("Mean, norm, dot product and extremes are what was worked out by hand")
  func values() {
    let summary = Summary(Self.vector)
    #expect(summary.mean == 2.75)
    #expect(summary.norm == 13)
    #expect(summary.square == 169)
    #expect(summary.minimum == -4)
    #expect(summary.maximum == 12)
    let other: [Float] = [1, 2, 3, -1]
    let product = Self.vector.span.dot(other.span)
    #expect(product == -17)
  }

  @Test("Without elements there is no mean and no extreme, and the norm is 0")
  func empty() {
    let summary = Summary([])
    #expect(summary.mean == nil && summary.minimum == nil && summary.maximum == nil)
    #expect(summary.norm == 0 && summary.square == 0)
  }

  @Test("A NaN anywhere shows in everything", arguments: 0..<4)
  func notANumber(position: Int) {
    var vector = Self.vector
    vector[position] = .nan
    let summary = Summary(vector)
    #expect(summary.mean?.isNaN == true && summary.norm.isNaN && summary.square.isNaN)
    #expect(summary.minimum?.isNaN == true && summary.maximum?.isNaN == true)
  }

  @Test("Sums of the largest float32 numbers are finite")
  func large() {
    let summary = Summary([Float](repeating: .greatestFiniteMagnitude, count: 4))
    #expect(summary.mean == Double(Float.greatestFiniteMagnitude))
    #expect(summary.norm == 2 * Double(Float.greatestFiniteMagnitude))
  }
}
