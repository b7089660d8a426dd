import Network

/// A normalization of the twin: mean and variance of whatever shares them, in two passes.
struct NaiveNormalization {
  private(set) var method: NormalizationArchitecture.Method
  let epsilon: Double
  var runningMean: [Double]
  var runningVariance: [Double]
  /// r and d of batch renorm, as constants.
  var correction: (scale: [Double], shift: [Double])?

  init(_ normalization: Normalization) {
    method = normalization.architecture.method
    epsilon = Double(normalization.architecture.epsilon)
    runningMean = normalization.running?.mean.map(Double.init) ?? []
    runningVariance = normalization.running?.variance.map(Double.init) ?? []
  }

  /// Normalizes whole batches from now on, as evaluation does.
  mutating func joinGhostBatches() {
    if case .batch(_, let running) = method {
      method = .batch(ghostBatchSize: nil, running: running)
    }
  }

  /// A number's place in a batch.
  private struct Place {
    let example: Int
    let feature: Int
  }

  /// Normalizes a batch and applies gamma and beta.
  ///
  /// Ioffe and Szegedy 2015, Algorithm 1, or with running statistics the last line of Algorithm 2; layer norm of
  /// Ba et al. 2016, section 3, with gamma and beta for each channel.
  func forward(
    _ x: [[Double]], gamma: [Double], beta: [Double], statistics: Normalization.Statistics
  ) -> [[Double]] {
    let channels = gamma.count
    let features = x[0].count
    var y = x
    func normalize(_ places: [Place], running channel: Int?) {
      var (mean, variance) = twoPassMoments(places.map { x[$0.example][$0.feature] })
      if let channel, statistics == .running {
        (mean, variance) = (runningMean[channel], runningVariance[channel])
      }
      let deviation = (variance + epsilon).squareRoot()
      for place in places {
        let channel = place.feature % channels
        var xHat = (x[place.example][place.feature] - mean) / deviation
        if let correction, statistics == .batch {
          xHat = correction.scale[channel] * xHat + correction.shift[channel]
        }
        y[place.example][place.feature] = gamma[channel] * xHat + beta[channel]
      }
    }
    switch method {
    case .layer:
      for example in x.indices {
        normalize((0..<features).map { Place(example: example, feature: $0) }, running: nil)
      }
    case .batch(let ghostBatchSize, _):
      let size = ghostBatchSize ?? x.count
      for start in stride(from: 0, to: x.count, by: size) {
        for channel in 0..<channels {
          let places = (start..<start + size).flatMap { example in
            stride(from: channel, to: features, by: channels).map {
              Place(example: example, feature: $0)
            }
          }
          normalize(places, running: channel)
        }
      }
    }
    return y
  }
}
