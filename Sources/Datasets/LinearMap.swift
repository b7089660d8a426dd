import Network

extension Dataset {
  /// The regression that deep linear networks are studied on: y = Ax, with A 10 x 10 and x of 10 features.
  ///
  /// All numbers are drawn from the standard normal distribution, equal for every run; 1000 examples to train
  /// on, 1000 to test on. Source: Santurkar et al. 2018, section 3.2 and appendix A.
  static func linearMap() throws(DatasetError) -> Dataset {
    let width = 10
    let count = 1000
    func drawn(_ rows: Int, stream: UInt64) -> Matrix {
      var generator = RandomGenerator(seed: 1998, stream: stream)
      return Matrix(
        rows: rows, columns: width,
        values: (0..<rows * width).map { _ in Float(generator.normal()) })
    }
    let map = drawn(width, stream: 0)
    func examples(stream: UInt64) -> LabeledExamples {
      let x = drawn(count, stream: stream)
      var y = Matrix(rows: count, columns: width)
      MatrixKernel.portable.multiply(x.operand, map.operand.transposed, into: &y)
      return LabeledExamples(features: x, targets: y)
    }
    return try Dataset(
      name: "linear-map",
      source:
        "Drawn: y = Ax, A 10x10, x of 10 features, all from the standard normal distribution, the same for "
        + "every run; 1000 training and 1000 test examples.",
      train: examples(stream: 1), test: examples(stream: 2))
  }
}
