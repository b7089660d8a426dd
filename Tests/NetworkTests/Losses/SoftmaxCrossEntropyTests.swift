import Glibc
import Network
import Testing

@Suite("Softmax cross-entropy")
struct SoftmaxCrossEntropyTests {
  let labels = (0..<40).map { $0 * 7 % 10 }

  /// The probabilities of one row, in Double.
  func softmax(_ z: [Double]) -> [Double] {
    let largest = z.max() ?? 0
    let exponentials = z.map { exp($0 - largest) }
    return exponentials.map { $0 / exponentials.reduce(0, +) }
  }

  @Test("loss, gradient and count follow the definition", arguments: [0.1, 1, 5])
  func definition(deviation: Double) {
    let logits = Matrix.normal(40, 10, seed: 21, mean: -1, deviation: deviation)
    var gradient = Matrix(rows: 40, columns: 10, repeating: .nan)
    let value = SoftmaxCrossEntropy.evaluate(logits, labels: labels, gradient: &gradient)

    let probabilities = logits.doubleRows.map(softmax)
    let loss = zip(probabilities, labels).reduce(0) { $0 - log($1.0[$1.1]) } / 40
    #expect(abs(value.loss - loss) <= 1e-6 * loss)
    #expect(
      value.correctCount
        == zip(logits.doubleRows, labels).filter { $0[$1] == $0.max() }.count)
    var errors: [Double] = []
    for (row, label) in labels.enumerated() {
      for j in 0..<10 {
        let expected = (probabilities[row][j] - (j == label ? 1 : 0)) / 40
        errors.append((Double(gradient[row, j]) - expected) * 40)
      }
      let sum = gradient.row(row).reduce(0) { $0 + Double($1) }
      #expect(abs(sum) <= 1e-6 / 40)
    }
    #expect(largestMagnitude(errors) <= 1e-6)
  }

  @Test("loss and gradient are PyTorch's", arguments: LossGolden.crossEntropy)
  func goldenNumbers(golden: LossGolden) {
    var gradient = Matrix(rows: 6, columns: 5, repeating: .nan)
    let value = SoftmaxCrossEntropy.evaluate(
      LossGolden.outputs, labels: (0..<6).map { 2 * $0 % 5 }, reduction: golden.reduction,
      gradient: &gradient)
    #expect(abs(value.loss - golden.loss) <= 1e-6 * golden.loss)
    let errors = zip(gradient.values, golden.gradient).map { Double($0) - $1 }
    #expect(errors.count == 30)
    #expect(largestMagnitude(errors) <= 1e-6)
  }

  @Test("the gradient is the slope of the loss", arguments: LossReduction.allCases)
  func slope(reduction: LossReduction) {
    let logits = Matrix.normal(40, 10, seed: 23)
    var gradient = Matrix(rows: 40, columns: 10)
    _ = SoftmaxCrossEntropy.evaluate(
      logits, labels: labels, reduction: reduction, gradient: &gradient)
    let slopes = centralDifferences(at: logits.doubleRows) { rows in
      let total = zip(rows, labels).reduce(0) { $0 - log(softmax($1.0)[$1.1]) }
      return reduction == .mean ? total / 40 : total
    }
    let scale = reduction == .mean ? 1 / 40.0 : 1
    #expect(largestMagnitude(zip(gradient.values, slopes).map { Double($0) - $1 }) <= 1e-6 * scale)
    #expect(largestMagnitude(slopes) > 0.1 * scale)
  }

  @Test("huge logits neither overflow nor lose the loss")
  func hugeLogits() {
    let logits = Matrix(
      rows: 3, columns: 3, values: [1e4, 0, -1e4, 1e4, 0, -1e4, -1e4, -1e4, -1e4])
    var gradient = Matrix(rows: 3, columns: 3)
    let value = SoftmaxCrossEntropy.evaluate(logits, labels: [0, 2, 1], gradient: &gradient)
    // The losses of the rows are 0, 2e4 and ln 3.
    #expect(abs(value.loss - (2e4 + log(3.0)) / 3) <= 1e-6 * value.loss)
    #expect(value.correctCount == 1)
    let third: Float = 1 / 3
    let expected = [0, 0, 0, third, 0, -third, third * third, -2 * third * third, third * third]
    for (value, expected) in zip(gradient.values, expected) {
      #expect(abs(value - expected) <= 1e-7)
    }
  }

  @Test("a row with a NaN makes the loss NaN and is counted as wrong", arguments: 0..<3, 0..<3)
  func notANumber(position: Int, label: Int) {
    var logits = Matrix(rows: 2, columns: 3, values: [1, 1, 1, 3, 2, 1])
    logits[0, label] = 9
    logits[0, position] = .nan
    var gradient = Matrix(rows: 2, columns: 3)
    let value = SoftmaxCrossEntropy.evaluate(logits, labels: [label, 0], gradient: &gradient)
    #expect(value.loss.isNaN)
    #expect(value.correctCount == 1)
    #expect(gradient.values.map(\.isNaN) == [true, true, true, false, false, false])
  }

  @Test("without room for a gradient the value is the same")
  func noGradient() {
    let logits = Matrix.normal(40, 10, seed: 22)
    var gradient = Matrix(rows: 40, columns: 10)
    var none = Matrix(rows: 0, columns: 0)
    let value = SoftmaxCrossEntropy.evaluate(logits, labels: labels, gradient: &gradient)
    #expect(SoftmaxCrossEntropy.evaluate(logits, labels: labels, gradient: &none) == value)
  }

  @Test("equal logits cost ln of the number of classes")
  func uniform() {
    var none = Matrix(rows: 0, columns: 0)
    let value = SoftmaxCrossEntropy.evaluate(
      Matrix(rows: 40, columns: 10, repeating: 3), labels: labels, gradient: &none)
    #expect(abs(value.loss - log(10.0)) <= 1e-12)
  }

  @Test("labels or a gradient that do not match the logits stop the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      var none = Matrix(rows: 0, columns: 0)
      _ = SoftmaxCrossEntropy.evaluate(
        Matrix(rows: 2, columns: 2), labels: [0], gradient: &none)
    }
    await #expect(processExitsWith: .failure) {
      var none = Matrix(rows: 0, columns: 0)
      _ = SoftmaxCrossEntropy.evaluate(
        Matrix(rows: 1, columns: 2), labels: [2], gradient: &none)
    }
    await #expect(processExitsWith: .failure) {
      var gradient = Matrix(rows: 2, columns: 1)
      _ = SoftmaxCrossEntropy.evaluate(
        Matrix(rows: 1, columns: 2), labels: [0], gradient: &gradient)
    }
  }
}
