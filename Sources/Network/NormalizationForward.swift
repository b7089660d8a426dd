extension Normalization {
  /// Normalizes rows, applies gamma and beta, and an activation to that.
  ///
  /// - Parameters:
  ///   - x: [rows, features].
  ///   - rows: which rows.
  ///   - scaling: what centers and divides them.
  ///   - activation: what follows.
  ///   - y: its rows become the activation of gamma · (x - mean) / √(variance + ε) + beta.
  func forward(
    _ x: Matrix, rows: Range<Int>, scaling: NormalizationScaling, activation: Activation,
    into y: inout Matrix
  ) {
    // One pass with a function that is known when it is compiled becomes vector instructions.
    switch activation {
    case .identity: forward(x, rows, scaling, &y) { $0 }
    case .relu: forward(x, rows, scaling, &y) { rectified($0) }
    case .sigmoid: forward(x, rows, scaling, &y) { logisticSigmoid($0) }
    case .tanh: forward(x, rows, scaling, &y) { hyperbolicTangent($0) }
    }
  }

  @inline(__always)
  private func forward(
    _ x: Matrix, _ rows: Range<Int>, _ scaling: NormalizationScaling, _ y: inout Matrix,
    _ function: (Float) -> Float
  ) {
    let columns = x.columns
    let gamma = gamma.span.extracting(0..<columns)
    let beta = beta.span.extracting(0..<columns)
    let source = x.values.span
    var target = y.values.mutableSpan
    for part in scaling.parts(of: rows) {
      let starts = stride(
        from: part.rows.lowerBound * columns, to: part.rows.upperBound * columns, by: columns)
      switch scaling.grouping {
      case .rowsOfColumn:
        let mean = scaling.mean.span.extracting(part.index * columns..<(part.index + 1) * columns)
        let inverse = scaling.inverseDeviation.span.extracting(
          part.index * columns..<(part.index + 1) * columns)
        for start in starts {
          let numbers = source.extracting(start..<start + columns)
          for j in 0..<columns {
            target[start + j] = function(
              gamma[j] * ((numbers[j] - mean[j]) * inverse[j]) + beta[j])
          }
        }
      case .example:
        let (mean, inverse) = (scaling.mean[part.index], scaling.inverseDeviation[part.index])
        for start in starts {
          let numbers = source.extracting(start..<start + columns)
          for j in 0..<columns {
            target[start + j] = function(gamma[j] * ((numbers[j] - mean) * inverse) + beta[j])
          }
        }
      }
    }
  }
}
