/// The moments that batch norm's output has on the very batch that it normalized.
///
/// They follow from the parameters and need no measurement: the mean is β and the biased variance
/// is γ²·σ²/(σ² + ε), σ² being the biased variance of batch norm's input over the batch. A shift
/// computed from them therefore shows how β and γ moved; of the input it shows no more than a σ²
/// down at ε's size. Source: Ioffe and Szegedy, "Batch Normalization", algorithm 1.
public enum NormalizedMoments {
  /// The moments of batch norm's output, whose input had the moments `input`.
  ///
  /// A feature whose input variance is 0 gets variance 0, or NaN if ε is 0 too; a negative or
  /// non-finite one gets NaN.
  /// - Precondition: `gamma` and `beta` are [features], as `input` is; ε is finite and not
  ///   negative.
  public static func derived(
    from input: FeatureMoments, gamma: [Float], beta: [Float], epsilon: Double
  ) -> FeatureMoments {
    precondition(
      beta.count == input.mean.count,
      "Batch norm over \(input.mean.count) features needs as many betas, got \(beta.count).")
    var variance = [Float](repeating: 0, count: input.variance.count)
    var output = variance.mutableSpan
    fillVariance(
      input: input.variance.span, gamma: gamma.span, epsilon: epsilon, output: &output)
    return FeatureMoments(count: input.count, mean: beta, variance: variance)
  }

  /// Writes γ²·σ²/(σ² + ε) of each feature into `output`, without allocating; the mean is β itself.
  ///
  /// - Precondition: `input` (σ²), `gamma` and `output` are [features]; ε is finite and not
  ///   negative.
  public static func fillVariance(
    input: Span<Float>, gamma: Span<Float>, epsilon: Double, output: inout MutableSpan<Float>
  ) {
    let features = input.count
    precondition(
      gamma.count == features && output.count == features,
      "Batch norm over \(features) features needs as many gammas, got \(gamma.count), "
        + "and room for as many variances, got \(output.count).")
    ShiftReference.checkEpsilon(epsilon)
    for feature in 0..<features {
      let variance = Double(input[feature])
      let gamma = Double(gamma[feature])
      // A negative variance, which only damaged data has, would come out positive near -ε.
      let isSound = variance >= 0
      output[feature] = isSound ? Float(gamma * gamma * variance / (variance + epsilon)) : .nan
    }
  }
}
