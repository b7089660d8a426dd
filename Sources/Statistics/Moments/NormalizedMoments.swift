/// The moments of batch norm's output on the very batch that it normalized.
///
/// They follow from the parameters and need no measurement: the mean is β and the biased variance
/// is γ²·σ²/(σ² + ε), σ² being the biased variance of batch norm's input over the batch. A shift
/// computed from them therefore shows how β and γ moved; the input shows in it only where σ² is
/// as small as ε. Source: Ioffe and Szegedy, "Batch Normalization", algorithm 1.
public enum NormalizedMoments {
  /// Writes γ²·σ²/(σ² + ε) of each feature into `output`, without allocating; the mean is β itself.
  ///
  /// A feature whose σ² is 0 gets 0, or NaN if ε is 0 too; a negative or non-finite σ² gives NaN.
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
