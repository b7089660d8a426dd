/// Batch renorm (Ioffe 2017, Algorithm 1): training normalizes with the running statistics as far as its limits allow.
///
/// With r = σ_B / σ and d = (μ_B - μ) / σ, clipped, x̂ becomes r · x̂ + d; gradients take r and d as constants.
package struct Renormalization: Sendable, Equatable {
  /// The largest r, and the inverse of the smallest, at the end of the ramp.
  package let largestScale: Double
  /// The largest magnitude of d at the end of the ramp.
  package let largestShift: Double
  /// The number of updates after which the limits begin to rise from 1 and 0, which is plain batch norm.
  package let rampStart: Int
  /// The number of updates after which they are reached.
  package let rampEnd: Int

  /// Describes batch renorm.
  package init(largestScale: Double, largestShift: Double, rampStart: Int, rampEnd: Int) {
    self.largestScale = largestScale
    self.largestShift = largestShift
    self.rampStart = rampStart
    self.rampEnd = rampEnd
  }

  /// The limits of r and |d| after `updates` updates.
  func limits(after updates: Int) -> (scale: Double, shift: Double) {
    let progress =
      updates >= rampEnd
      ? 1 : max(0, Double(updates - rampStart) / Double(max(rampEnd - rampStart, 1)))
    return (1 + (largestScale - 1) * progress, largestShift * progress)
  }

  /// r and d of each feature, [features], in reused buffers.
  struct Correction: Sendable {
    private(set) var scale: [Float]
    private(set) var shift: [Float]

    init(features: Int) {
      scale = Array(repeating: 1, count: features)
      shift = Array(repeating: 0, count: features)
    }

    /// Takes r and d of a batch.
    ///
    /// - Parameters:
    ///   - mean: the mean of the batch, [features].
    ///   - variance: its variance.
    ///   - running: the running statistics.
    ///   - epsilon: the constant that is added to both variances.
    ///   - limits: the limits of r and |d|.
    mutating func set(
      mean: [Float], variance: [Float], running: RunningStatistics, epsilon: Float,
      limits: (scale: Double, shift: Double)
    ) {
      for j in mean.indices {
        let deviation = (Double(running.variance[j]) + Double(epsilon)).squareRoot()
        let r = (Double(variance[j]) + Double(epsilon)).squareRoot() / deviation
        let d = (Double(mean[j]) - Double(running.mean[j])) / deviation
        scale[j] = Float(
          r < 1 / limits.scale ? 1 / limits.scale : r > limits.scale ? limits.scale : r)
        shift[j] = Float(d < -limits.shift ? -limits.shift : d > limits.shift ? limits.shift : d)
      }
    }
  }
}
