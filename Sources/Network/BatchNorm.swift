/// Batch normalization: the parameters and population statistics of one layer.
///
/// Source: Ioffe and Szegedy 2015, Algorithm 1 (training) and 2 (inference).
package struct BatchNorm: Sendable, Equatable {
  /// The learned scale, [features].
  package var gamma: [Float]
  /// The learned shift, [features].
  package var beta: [Float]
  /// The exponential moving average of the batch means, [features].
  package private(set) var runningMean: [Float]
  /// The population variance that goes with `runningMean`, [features].
  package private(set) var runningVariance: [Float]
  /// What is added to the variance before its root is taken.
  package let epsilon: Float
  /// The weight of the OLD value in each update of the running statistics.
  package let emaDecay: Float

  /// Makes a normalization with gamma 1, beta 0, running mean 0 and running variance 1.
  package init(features: Int, epsilon: Float, emaDecay: Float) {
    gamma = Array(repeating: 1, count: features)
    beta = Array(repeating: 0, count: features)
    runningMean = Array(repeating: 0, count: features)
    runningVariance = Array(repeating: 1, count: features)
    self.epsilon = epsilon
    self.emaDecay = emaDecay
  }

  /// Which mean and variance normalize a batch.
  package enum Statistics: String, Sendable, CaseIterable {
    /// The batch's own.
    case batch
    /// The running mean and variance: the population's.
    case running
  }

  /// Normalizes `input` and applies gamma and beta.
  ///
  /// - Parameters:
  ///   - input: [batch, features].
  ///   - batchMoments: the moments of `input`.
  ///   - statistics: which moments normalize it.
  ///   - cache: becomes the normalized input and what divided it, for `backward`.
  ///   - output: becomes gamma · normalized + beta, [batch, features].
  package func forward(
    _ input: Matrix, batchMoments: TensorMoments, statistics: Statistics,
    cache: inout BatchNormCache, output: inout Matrix
  ) {
    switch statistics {
    case .batch: cache.center(on: batchMoments.mean, batchMoments.variance, epsilon: epsilon)
    case .running: cache.center(on: runningMean, runningVariance, epsilon: epsilon)
    }
    let columns = input.columns
    let (centers, inverseDeviations) = (cache.mean, cache.inverseDeviation)
    let mean = centers.span.extracting(0..<columns)
    let inverse = inverseDeviations.span.extracting(0..<columns)
    let gamma = gamma.span.extracting(0..<columns)
    let beta = beta.span.extracting(0..<columns)
    let x = input.values.span
    var normalized = cache.normalized.values.mutableSpan
    var y = output.values.mutableSpan
    for start in stride(from: 0, to: input.rows * columns, by: columns) {
      let row = x.extracting(start..<start + columns)
      for j in 0..<columns {
        let value = (row[j] - mean[j]) * inverse[j]
        normalized[start + j] = value
        y[start + j] = gamma[j] * value + beta[j]
      }
    }
  }

  /// Computes the gradients through the batch's own mean and variance.
  ///
  /// The collapsed form dx = gamma / (m √(var + ε)) · (m·dy - Σ dy - x̂ Σ dy·x̂) is Fact C.1 of Santurkar
  /// et al. 2018.
  /// - Parameters:
  ///   - gradient: dL/d(output), [batch, features]; becomes dL/d(input).
  ///   - cache: what `forward` left with the batch's own statistics.
  ///   - gammaGradient: becomes dL/dgamma, [features].
  ///   - betaGradient: becomes dL/dbeta, [features].
  package func backward(
    _ gradient: inout Matrix, cache: BatchNormCache, gammaGradient: inout [Float],
    betaGradient: inout [Float]
  ) {
    let columns = gradient.columns
    var sumOfGradient = [Float](repeating: 0, count: columns)
    var sumOfProduct = [Float](repeating: 0, count: columns)
    let normalized = cache.normalized.values.span
    for start in stride(from: 0, to: gradient.values.count, by: columns) {
      let dy = gradient.values.span.extracting(start..<start + columns)
      let xHat = normalized.extracting(start..<start + columns)
      var s = sumOfGradient.mutableSpan
      var p = sumOfProduct.mutableSpan
      for j in 0..<columns {
        s[j] += dy[j]
        p[j] += dy[j] * xHat[j]
      }
    }
    let inverseCount = 1 / Float(gradient.rows)
    var dx = gradient.values.mutableSpan
    let meanOfGradient = sumOfGradient.map { $0 * inverseCount }
    let meanOfProduct = sumOfProduct.map { $0 * inverseCount }
    let scale = (0..<columns).map { gamma[$0] * cache.inverseDeviation[$0] }
    let s = meanOfGradient.span.extracting(0..<columns)
    let p = meanOfProduct.span.extracting(0..<columns)
    let factor = scale.span.extracting(0..<columns)
    for start in stride(from: 0, to: normalized.count, by: columns) {
      let xHat = normalized.extracting(start..<start + columns)
      for j in 0..<columns {
        dx[start + j] = factor[j] * (dx[start + j] - s[j] - xHat[j] * p[j])
      }
    }
    gammaGradient = sumOfProduct
    betaGradient = sumOfGradient
  }

  /// Moves the running statistics towards a batch's, merging the variances by the law of total variance:
  /// var ← d·var + (1-d)·var_B + d(1-d)(mean_B - mean)².
  package mutating func updateRunningStatistics(with batch: TensorMoments) {
    let old = emaDecay
    let new = 1 - emaDecay
    for feature in runningMean.indices {
      let difference = batch.mean[feature] - runningMean[feature]
      runningVariance[feature] =
        old * runningVariance[feature] + new * batch.variance[feature]
        + old * new * difference * difference
      runningMean[feature] += new * difference
    }
  }
}
