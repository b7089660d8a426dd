/// The means and inverse deviations of a forward pass, in reused buffers.
///
/// The rows of a tensor fall into parts of equal size: one for each group of examples that is normalized together,
/// or one for each example.
struct NormalizationScaling: Sendable {
  /// The numbers that share a mean and a variance.
  enum Grouping: Sendable {
    /// The numbers of a column in the rows of a part: batch norm.
    case rowsOfColumn
    /// All numbers of a part, which is an example: layer norm.
    case example
  }

  /// A part, or its intersection with a range of rows.
  struct Part {
    let index: Int
    let rows: Range<Int>
  }

  let grouping: Grouping
  /// The mean that is subtracted: [parts, features], or [parts].
  private(set) var mean: [Float]
  /// 1 / √(variance + ε), in the shape of `mean`.
  private(set) var inverseDeviation: [Float]
  /// The number of rows of a part; if there is one part, more than any batch has.
  private(set) var rowsOfPart: Int

  /// Makes room for `parts` parts.
  init(_ grouping: Grouping, parts: Int, features: Int) {
    self.grouping = grouping
    let count = grouping == .example ? parts : parts * features
    mean = Array(repeating: 0, count: count)
    inverseDeviation = mean
    rowsOfPart = 1
  }

  /// The parts that `rows` meets, in order.
  func parts(of rows: Range<Int>) -> some Sequence<Part> {
    let rowsOfPart = rowsOfPart
    let first = rows.lowerBound / rowsOfPart
    let last = (rows.upperBound - 1) / rowsOfPart
    return (first...last).lazy.map { index in
      Part(
        index: index,
        rows: max(
          index * rowsOfPart, rows.lowerBound)..<(index == last
          ? rows.upperBound : (index + 1) * rowsOfPart))
    }
  }

  /// Normalizes all rows with the statistics of a population.
  mutating func center(on running: RunningStatistics, epsilon: Float) {
    rowsOfPart = .max
    center(part: 0, running.mean, running.variance, epsilon)
  }

  /// Normalizes all rows with the moments of the batch that they are from.
  mutating func center(on moments: TensorMoments, epsilon: Float) {
    rowsOfPart = .max
    center(part: 0, moments.mean, moments.variance, epsilon)
  }

  /// Normalizes all rows with the statistics of another batch.
  mutating func center(on batch: BatchStatistics, epsilon: Float) {
    rowsOfPart = .max
    center(part: 0, batch.mean, batch.variance, epsilon)
  }

  /// Normalizes each part with its own moments.
  mutating func center(on parts: [TensorMoments], epsilon: Float) {
    for (index, moments) in parts.enumerated() {
      rowsOfPart = moments.count
      center(part: index, moments.mean, moments.variance, epsilon)
    }
  }

  private mutating func center(
    part: Int, _ mean: [Float], _ variance: [Float], _ epsilon: Float
  ) {
    let start = part * mean.count
    for feature in mean.indices {
      self.mean[start + feature] = mean[feature]
      inverseDeviation[start + feature] = 1 / (variance[feature] + epsilon).squareRoot()
    }
  }

  /// Normalizes each example of `x` with the mean and variance of its own numbers, summed in Double in two passes.
  ///
  /// - Parameters:
  ///   - x: [examples · positions, channels].
  ///   - positions: the number of rows of an example.
  ///   - epsilon: the constant that is added to the variance.
  mutating func centerExamples(of x: Matrix, positions: Int, epsilon: Float) {
    rowsOfPart = positions
    let size = positions * x.columns
    let values = x.values.span
    for example in 0..<x.rows / positions {
      let numbers = values.extracting(example * size..<(example + 1) * size)
      var sum = 0.0
      for j in 0..<size { sum += Double(numbers[j]) }
      let exampleMean = sum / Double(size)
      var squares = 0.0
      for j in 0..<size {
        let deviation = Double(numbers[j]) - exampleMean
        squares += deviation * deviation
      }
      mean[example] = Float(exampleMean)
      inverseDeviation[example] = Float(
        1 / (squares / Double(size) + Double(epsilon)).squareRoot())
    }
  }
}
