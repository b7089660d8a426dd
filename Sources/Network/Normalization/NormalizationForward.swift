extension Normalization {
  /// Normalizes rows, and applies gamma, beta and an activation.
  ///
  /// - Parameters:
  ///   - x: [rows, features].
  ///   - rows: the rows to process.
  ///   - scaling: the means and inverse deviations.
  ///   - activation: the activation that follows.
  ///   - y: its rows become the activation of gamma · (x - mean) / √(variance + ε) + beta.
  func forward(
    _ x: Matrix, rows: Range<Int>, scaling: NormalizationScaling, activation: Activation,
    into y: inout Matrix
  ) {
    for part in scaling.parts(of: rows) {
      switch scaling.grouping {
      case .rowsOfColumn:
        ElementwiseKernel.normalize(
          x, rows: part.rows, part: part.index, mean: scaling.mean,
          inverseDeviation: scaling.inverseDeviation, gamma: gamma, beta: beta,
          activation.ofKernel, into: &y)
      case .example:
        normalizeExample(x, part, scaling, &y)
        activation.apply(to: &y, rows: part.rows)
      }
    }
  }

  private func normalizeExample(
    _ x: Matrix, _ part: NormalizationScaling.Part, _ scaling: NormalizationScaling,
    _ y: inout Matrix
  ) {
    let columns = x.columns
    let gamma = gamma.span.extracting(0..<columns)
    let beta = beta.span.extracting(0..<columns)
    let (mean, inverse) = (scaling.mean[part.index], scaling.inverseDeviation[part.index])
    let source = x.values.span
    var target = y.values.mutableSpan
    for start in stride(
      from: part.rows.lowerBound * columns, to: part.rows.upperBound * columns, by: columns)
    {
      let numbers = source.extracting(start..<start + columns)
      for j in 0..<columns {
        target[start + j] = gamma[j] * ((numbers[j] - mean) * inverse) + beta[j]
      }
    }
  }
}
