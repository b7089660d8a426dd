import Network
import RunStore
import Statistics

/// What is recorded of a tensor beside its moments: quantiles and histograms.
struct DistributionRecording {
  private let levels: [Double]
  private let bins: Int?
  private let edges: ClosedRange<Float>?

  /// What `configuration` asks for; nil where that is nothing.
  init?(_ configuration: RunConfiguration) {
    guard configuration.quantiles != nil || configuration.histogramBins != nil else { return nil }
    levels = configuration.quantiles ?? []
    bins = configuration.histogramBins
    edges = configuration.histogramEdges
  }

  /// Records what a tensor, whose values were kept, has at `site`, of which there are moments.
  func record(_ tensor: TensorMoments, at site: Site, step: Int, _ recorder: RunRecorder) {
    if !levels.isEmpty {
      recorder.record(
        FeatureQuantiles(of: tensor.values.span, features: site.width, levels: levels), at: site,
        step: step)
    }
    guard let bins else { return }
    let axis = recorder.histogramAxis(of: site) ?? axis(of: tensor, bins: bins)
    var histograms = FeatureHistograms(axis: axis)
    histograms.add(rows: tensor.values.span)
    recorder.record(histograms, at: site, step: step)
  }

  private func axis(of tensor: TensorMoments, bins: Int) -> HistogramAxis {
    let width = tensor.mean.count
    let given = edges.flatMap { edges in
      HistogramAxis(
        bins: bins, lower: Array(repeating: edges.lowerBound, count: width),
        upper: Array(repeating: edges.upperBound, count: width))
    }
    return given
      ?? HistogramAxis(
        bins: bins, around: tensor.mean, variance: tensor.variance,
        epsilon: DistributionRecording.epsilon)
  }

  /// What is added to variances, batch norm's usual constant: whatever normalizes a layer, its edges are alike.
  private static let epsilon = 1e-3
}

extension RunConfiguration {
  /// What is wanted with all moments.
  var momentDetail: ForwardPass.Detail { higherMoments ? .higherMoments : [] }
}
