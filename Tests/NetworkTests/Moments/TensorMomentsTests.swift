import Network
import Testing

@Suite("Moments of a tensor")
struct TensorMomentsTests {
  @Test(
    "far from 0 the variance keeps all of float32's digits",
    arguments: [10, 100, 1e3, 1e4, 1e5])
  func offset(mean: Double) {
    let x = Matrix.normal(20_000, 3, seed: 8, mean: mean)
    var moments = TensorMoments(features: 3)
    moments.compute(of: x)
    for column in 0..<3 {
      let oracle = twoPassMoments(x.doubleColumn(column))
      #expect(
        abs(Double(moments.variance[column]) - oracle.variance) <= 1e-7 * oracle.variance)
      // The mean is the nearest float32, ties aside.
      let distance = abs(Double(moments.mean[column]) - oracle.mean)
      #expect(distance <= 0.51 * Double(moments.mean[column].ulp))
    }
  }

  @Test(
    "of a small batch far from 0 the mean is the nearest float32 too", arguments: [4, 7, 60],
    [1e4, 1e5])
  func meanOfFewRows(rows: Int, offset: Double) {
    let x = Matrix.normal(rows, 50, seed: 9, mean: offset)
    var moments = TensorMoments(features: 50)
    moments.compute(of: x)
    for column in 0..<50 {
      let oracle = twoPassMoments(x.doubleColumn(column)).mean
      let distance = abs(Double(moments.mean[column]) - oracle)
      #expect(distance <= 0.51 * Double(moments.mean[column].ulp))
    }
  }

  @Test("every batch size is summed to its last row", arguments: 1...9, [1, 2, 7])
  func batchSizes(rows: Int, columns: Int) {
    let x = Matrix.normal(rows, columns, seed: UInt64(rows), mean: 2)
    var moments = TensorMoments(features: columns)
    // What an earlier, larger batch left must not leak in.
    moments.compute(of: .normal(12, columns, seed: 1, mean: -50))
    moments.compute(of: x)
    #expect(moments.count == rows && moments.nonFiniteCount == 0)
    for column in 0..<columns {
      let oracle = twoPassMoments(x.doubleColumn(column))
      #expect(abs(Double(moments.mean[column]) - oracle.mean) <= 1e-6)
      #expect(abs(Double(moments.variance[column]) - oracle.variance) <= 1e-6 * oracle.variance)
    }
  }

  @Test(
    "a constant feature has its value as mean and a variance of exactly 0",
    arguments: [1, 3, 4, 50, 1021])
  func constant(rows: Int) {
    let constants: [Float] = [0.1, -1e-30, 3e20, 16_777_215, 0]
    let x = Matrix(
      rows: rows, columns: 5, values: (0..<rows).flatMap { _ in constants })
    var moments = TensorMoments(features: 5)
    moments.compute(of: x)
    #expect(moments.mean == constants)
    #expect(moments.variance == [0, 0, 0, 0, 0])
  }

  @Test(
    "a NaN or an infinity stays visible in its own feature's moments, and is counted",
    arguments: [Float.nan, .infinity, -.infinity], [0, 4, 5])
  func nonFinite(value: Float, row: Int) {
    let finite = Matrix.normal(6, 3, seed: 4)
    var x = finite
    x[row, 1] = value
    var expected = TensorMoments(features: 3)
    expected.compute(of: finite)
    var moments = TensorMoments(features: 3)
    moments.compute(of: x)
    #expect(moments.nonFiniteCount == 1)
    #expect(!moments.mean[1].isFinite && moments.variance[1].isNaN)
    for column in [0, 2] {
      #expect(moments.mean[column] == expected.mean[column])
      #expect(moments.variance[column] == expected.variance[column])
    }
  }

  @Test("every element that is not finite is counted, and the count starts anew")
  func count() {
    var x = Matrix.normal(7, 3, seed: 4)
    for (row, column) in [(0, 0), (3, 0), (6, 2)] { x[row, column] = .nan }
    x[6, 0] = .infinity
    var moments = TensorMoments(features: 3)
    moments.compute(of: x)
    #expect(moments.nonFiniteCount == 4)
    moments.compute(of: .normal(5, 3, seed: 4))
    #expect(moments.nonFiniteCount == 0 && moments.count == 5)
  }

  @Test("no rows, or another number of features, stop the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      var moments = TensorMoments(features: 2)
      moments.compute(of: Matrix(rows: 0, columns: 2))
    }
    await #expect(processExitsWith: .failure) {
      var moments = TensorMoments(features: 2)
      moments.compute(of: Matrix(rows: 2, columns: 3))
    }
  }
}
