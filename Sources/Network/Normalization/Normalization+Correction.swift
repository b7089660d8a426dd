extension Normalization {
  /// This normalization with gamma and beta that apply a correction too: gamma · (r · x̂ + d) + beta.
  func corrected(by correction: Renormalization.Correction?) -> Normalization {
    guard let correction else { return self }
    var corrected = self
    for j in gamma.indices {
      corrected.gamma[j] = gamma[j] * correction.scale[j]
      corrected.beta[j] = beta[j] + gamma[j] * correction.shift[j]
    }
    return corrected
  }
}
