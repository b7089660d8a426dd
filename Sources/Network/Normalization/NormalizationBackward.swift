/// The sums over rows that a backward pass of a normalization needs, in buffers that are used again.
struct NormalizationGradientSums: Sendable {
  /// Σ dy over the rows of each part, [parts, features].
  fileprivate var gradients: [Double]
  /// Σ dy · x̂ likewise.
  fileprivate var products: [Double]
  /// The same sums over a few rows, and then the means over a part, [features].
  fileprivate var gradientTerms: [Float]
  fileprivate var productTerms: [Float]
  fileprivate var factors: [Float]

  /// Makes room for the parts that share a mean and variance; one for layer norm.
  init(parts: Int, features: Int) {
    gradients = Array(repeating: 0, count: parts * features)
    products = gradients
    gradientTerms = Array(repeating: 0, count: features)
    productTerms = gradientTerms
    factors = gradientTerms
  }

  mutating func reset() {
    for index in gradients.indices {
      gradients[index] = 0
      products[index] = 0
    }
  }

  /// Adds the gradients of another part of the batch.
  mutating func add(_ other: NormalizationGradientSums) {
    for index in gradients.indices {
      gradients[index] += other.gradients[index]
      products[index] += other.products[index]
    }
  }
}

extension Normalization {
  /// Propagates the gradient of some rows back through an activation, and adds dy and dy · x̂ to the sums.
  ///
  /// - Parameters:
  ///   - gradient: dL/d(activation), [rows, features]; its rows become dy = dL/d(output of the normalization).
  ///   - x: the input of `forward`.
  ///   - rows: the rows to process.
  ///   - activation: the activation that `forward` applied.
  ///   - outputs: the output of `forward`.
  ///   - scaling: the means and inverse deviations of `forward`.
  ///   - sums: the sums over rows.
  func addUpGradient(
    _ gradient: inout Matrix, of x: Matrix, rows: Range<Int>, activation: Activation,
    outputs: Matrix, scaling: NormalizationScaling, into sums: inout NormalizationGradientSums
  ) {
    let columns = x.columns
    for part in scaling.parts(of: rows) {
      let first: Int
      switch scaling.grouping {
      case .rowsOfColumn:
        first = part.index * columns
        ElementwiseKernel.addUpGradient(
          &gradient, of: x, rows: part.rows, part: part.index, outputs: outputs,
          mean: scaling.mean, inverseDeviation: scaling.inverseDeviation, activation.ofKernel,
          sums: &sums.gradientTerms, products: &sums.productTerms)
      case .example:
        // Layer norm has one gamma and beta for all examples.
        first = 0
        activation.multiplyByDerivative(&gradient, outputs: outputs, rows: part.rows)
        Normalization.addUpExample(
          gradient, x, part, scaling, &sums.gradientTerms, &sums.productTerms)
      }
      for j in 0..<columns {
        sums.gradients[first + j] += Double(sums.gradientTerms[j])
        sums.products[first + j] += Double(sums.productTerms[j])
      }
    }
  }

  /// Writes Σ dy and Σ dy · x̂ over the rows of an example.
  private static func addUpExample(
    _ gradient: Matrix, _ x: Matrix, _ part: NormalizationScaling.Part,
    _ scaling: NormalizationScaling, _ sums: inout [Float], _ products: inout [Float]
  ) {
    let columns = x.columns
    let (mean, inverse) = (scaling.mean[part.index], scaling.inverseDeviation[part.index])
    let slopes = gradient.values.span
    let source = x.values.span
    var gradientTerms = sums.mutableSpan
    gradientTerms.update(repeating: 0)
    var productTerms = products.mutableSpan
    productTerms.update(repeating: 0)
    for start in stride(
      from: part.rows.lowerBound * columns, to: part.rows.upperBound * columns, by: columns)
    {
      let dy = slopes.extracting(start..<start + columns)
      let numbers = source.extracting(start..<start + columns)
      for j in 0..<columns {
        gradientTerms[j] += dy[j]
        productTerms[j] += dy[j] * ((numbers[j] - mean) * inverse)
      }
    }
  }

  /// Writes dL/dgamma and dL/dbeta once all rows are added up; 0 for one that is not trained.
  ///
  /// `correction` is that of `forward`, nil for none.
  func parameterGradients(
    _ sums: NormalizationGradientSums, _ correction: Renormalization.Correction? = nil,
    gamma gammaGradient: inout [Float], beta betaGradient: inout [Float]
  ) {
    let columns = gamma.count
    for j in 0..<columns {
      var (gradient, product) = (0.0, 0.0)
      for index in stride(from: j, to: sums.gradients.count, by: columns) {
        gradient += sums.gradients[index]
        product += sums.products[index]
      }
      if let correction {
        product = Double(correction.scale[j]) * product + Double(correction.shift[j]) * gradient
      }
      gammaGradient[j] = architecture.trainsGamma ? Float(product) : 0
      betaGradient[j] = architecture.trainsBeta ? Float(gradient) : 0
    }
  }

  /// Propagates the gradient of some rows back to the input, through mean and variance unless they are held constant.
  ///
  /// For m numbers that share a mean and variance, with g = gamma · dy:
  /// dx = (g - Σ g / m - x̂ · Σ g x̂ / m) / √(variance + ε), Fact C.1 of Santurkar et al. 2018.
  /// - Parameters:
  ///   - gradient: dL/d(output), [rows, features]; its rows become dL/dx.
  ///   - x: the input of `forward`.
  ///   - rows: the rows to process.
  ///   - batchRows: the number of rows of all the batch.
  ///   - scaling: the means and inverse deviations of `forward`.
  ///   - sums: the sums over the whole batch; their scratch space is overwritten.
  func backward(
    _ gradient: inout Matrix, of x: Matrix, rows: Range<Int>, batchRows: Int,
    scaling: NormalizationScaling, sums: inout NormalizationGradientSums
  ) {
    for part in scaling.parts(of: rows) {
      switch scaling.grouping {
      case .rowsOfColumn:
        let rowsOfPart = min(scaling.rowsOfPart, batchRows)
        backwardBatch(&gradient, of: x, part, rowsOfPart, scaling, &sums)
      case .example: backwardExample(&gradient, of: x, part, scaling)
      }
    }
  }

  private func backwardBatch(
    _ gradient: inout Matrix, of x: Matrix, _ part: NormalizationScaling.Part, _ rowsOfPart: Int,
    _ scaling: NormalizationScaling, _ sums: inout NormalizationGradientSums
  ) {
    let columns = x.columns
    let first = part.index * columns
    let scale = architecture.holdsStatistics ? 0 : 1 / Double(rowsOfPart)
    for j in 0..<columns {
      sums.gradientTerms[j] = Float(sums.gradients[first + j] * scale)
      // With 1 / √(variance + ε), which x̂ and dx have, taken in here.
      let inverse = scaling.inverseDeviation[first + j]
      sums.productTerms[j] = Float(sums.products[first + j] * scale) * inverse
      sums.factors[j] = gamma[j] * inverse
    }
    ElementwiseKernel.normalizeBackward(
      &gradient, of: x, rows: part.rows, part: part.index, mean: scaling.mean,
      factor: sums.factors, meanGradient: sums.gradientTerms, meanProduct: sums.productTerms)
  }

  private func backwardExample(
    _ gradient: inout Matrix, of x: Matrix, _ part: NormalizationScaling.Part,
    _ scaling: NormalizationScaling
  ) {
    let columns = x.columns
    let (mean, inverse) = (scaling.mean[part.index], scaling.inverseDeviation[part.index])
    let source = x.values.span
    let gamma = gamma.span.extracting(0..<columns)
    var dx = gradient.values.mutableSpan
    let starts = stride(
      from: part.rows.lowerBound * columns, to: part.rows.upperBound * columns, by: columns)
    var (sumOfGradient, sumOfProduct) = (0.0, 0.0)
    for start in starts {
      let numbers = source.extracting(start..<start + columns)
      for j in 0..<columns {
        let g = Double(gamma[j] * dx[start + j])
        sumOfGradient += g
        sumOfProduct += g * Double((numbers[j] - mean) * inverse)
      }
    }
    let scale = architecture.holdsStatistics ? 0 : 1 / Double(scaling.rowsOfPart * columns)
    let (meanGradient, meanProduct) = (Float(sumOfGradient * scale), Float(sumOfProduct * scale))
    for start in starts {
      let numbers = source.extracting(start..<start + columns)
      for j in 0..<columns {
        let xHat = (numbers[j] - mean) * inverse
        dx[start + j] = inverse * (gamma[j] * dx[start + j] - meanGradient - xHat * meanProduct)
      }
    }
  }
}
