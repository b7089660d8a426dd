import StrictJSON

/// The moments of one tensor at one step.
package struct MomentVectors: Sendable {
  /// The keys of moments.
  package enum Key: String, CaseIterable {
    case count, mean, variance, gamma, beta
    case nonFinite = "non_finite"
    case skewness, kurtosis
  }

  /// The number of rows.
  let count: Int
  /// The number of elements that are not finite; nil where the sender does not count them.
  let nonFinite: Int?
  /// The mean of each feature.
  let mean: [Float]
  /// The biased variance of each feature.
  let variance: [Float]
  /// Gamma of the normalization that reads the tensor.
  let gamma: [Float]?
  /// Beta of that normalization.
  let beta: [Float]?
  /// The skewness of each feature.
  let skewness: [Float]?
  /// The kurtosis of each feature.
  let kurtosis: [Float]?

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    count = try fields.required(.count, fields.integer(.count, in: RecordingProtocol.rows))
    nonFinite = try fields.integer(.nonFinite, in: 0...Int.max)
    mean = try fields.required(.mean, fields.vector(.mean))
    variance = try fields.required(.variance, fields.vector(.variance))
    gamma = try fields.vector(.gamma)
    beta = try fields.vector(.beta)
    skewness = try fields.vector(.skewness)
    kurtosis = try fields.vector(.kurtosis)
  }

  init(
    count: Int, nonFinite: Int?, mean: [Float], variance: [Float], gamma: [Float]?, beta: [Float]?,
    skewness: [Float]?, kurtosis: [Float]?
  ) {
    self.count = count
    self.nonFinite = nonFinite
    self.mean = mean
    self.variance = variance
    self.gamma = gamma
    self.beta = beta
    self.skewness = skewness
    self.kurtosis = kurtosis
  }
}
