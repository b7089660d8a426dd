import Network
import Testing

@Suite("Squared error")
struct SquaredErrorTests {
  /// The loss of the definition, in Double.
  private func loss(_ outputs: [[Double]], _ targets: [[Double]], _ reduction: LossReduction)
    -> Double
  {
    let losses = zip(outputs, targets).map { output, target in
      zip(output, target).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    return losses.reduce(0, +) / (reduction == .mean ? Double(losses.count) : 1)
  }

  @Test("loss and gradient are PyTorch's", arguments: LossGolden.squaredError)
  func goldenNumbers(golden: LossGolden) {
    let targets = Matrix(
      rows: 6, columns: 5, values: (0..<30).map { Float((13 * $0 + 3) % 31 - 15) / 8 })
    var gradient = Matrix(rows: 6, columns: 5, repeating: .nan)
    let value = SquaredError.evaluate(
      LossGolden.outputs, targets: targets, reduction: golden.reduction, gradient: &gradient)
    #expect(abs(value - golden.loss) <= 1e-12)
    let errors = zip(gradient.values, golden.gradient).map { Double($0) - $1 }
    #expect(errors.count == 30)
    #expect(largestMagnitude(errors) <= 1e-6)
  }

  @Test("an example's loss is the square of its distance from the target")
  func definition() {
    let outputs = Matrix(rows: 2, columns: 2, values: [3, 0, 1, 1])
    let targets = Matrix(rows: 2, columns: 2, values: [0, 4, 1, 2])
    var gradient = Matrix(rows: 2, columns: 2)
    #expect(SquaredError.evaluate(outputs, targets: targets, gradient: &gradient) == 13)
    #expect(gradient.values == [3, -4, 0, -1])
    #expect(
      SquaredError.evaluate(outputs, targets: targets, reduction: .sum, gradient: &gradient) == 26)
    #expect(gradient.values == [6, -8, 0, -2])
  }

  @Test("the gradient is the slope of the loss", arguments: LossReduction.allCases)
  func slope(reduction: LossReduction) {
    let outputs = Matrix.normal(7, 3, seed: 31)
    let targets = Matrix.normal(7, 3, seed: 32)
    var gradient = Matrix(rows: 7, columns: 3)
    let value = SquaredError.evaluate(
      outputs, targets: targets, reduction: reduction, gradient: &gradient)
    let target = targets.doubleRows
    #expect(abs(value - loss(outputs.doubleRows, target, reduction)) <= 1e-12)
    let slopes = centralDifferences(at: outputs.doubleRows) { loss($0, target, reduction) }
    #expect(largestMagnitude(zip(gradient.values, slopes).map { Double($0) - $1 }) <= 1e-6)
    #expect(largestMagnitude(slopes) > 0.1)
  }

  @Test("without room for a gradient the loss is the same")
  func noGradient() {
    let outputs = Matrix.normal(7, 3, seed: 33)
    let targets = Matrix.normal(7, 3, seed: 34)
    var gradient = Matrix(rows: 7, columns: 3)
    var none = Matrix(rows: 0, columns: 0)
    #expect(
      SquaredError.evaluate(outputs, targets: targets, gradient: &none)
        == SquaredError.evaluate(outputs, targets: targets, gradient: &gradient))
    #expect(none == Matrix(rows: 0, columns: 0))
  }

  @Test("a NaN makes the loss NaN, and the gradient where it stands")
  func notANumber() {
    var outputs = Matrix(rows: 2, columns: 2, repeating: 1)
    outputs[1, 0] = .nan
    let targets = Matrix(rows: 2, columns: 2)
    var gradient = targets
    #expect(SquaredError.evaluate(outputs, targets: targets, gradient: &gradient).isNaN)
    #expect(gradient.values.map(\.isNaN) == [false, false, true, false])
  }

  @Test("a distance whose square float32 can't hold has a finite loss")
  func hugeDistance() {
    var none = Matrix(rows: 0, columns: 0)
    let value = SquaredError.evaluate(
      Matrix(rows: 1, columns: 2, values: [0x1p100, -0x1p127]),
      targets: Matrix(rows: 1, columns: 2, values: [-0x1p100, 0x1p127]), gradient: &none)
    #expect(value == 0x1p202 + 0x1p256)
  }

  @Test("shapes that do not match stop the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      var none = Matrix(rows: 0, columns: 0)
      _ = SquaredError.evaluate(
        Matrix(rows: 2, columns: 3), targets: Matrix(rows: 3, columns: 2), gradient: &none)
    }
    await #expect(processExitsWith: .failure) {
      var gradient = Matrix(rows: 3, columns: 2)
      let outputs = Matrix(rows: 2, columns: 3)
      _ = SquaredError.evaluate(outputs, targets: outputs, gradient: &gradient)
    }
  }
}
