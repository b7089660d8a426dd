import Network
import RunModel
import Statistics

/// The quantiles and histograms of the probe's tensors, which are recorded beside the moments.
final class DistributionRecording {
  /// The quantiles and histograms of one tensor.
  private struct Distributions {
    let quantiles: FeatureQuantiles?
    let histograms: FeatureHistograms?
  }

  private let levels: [Double]
  private let bins: Int?
  private let edges: ClosedRange<Float>?
  /// The distributions of the probe's features, which no training changes: measuring them anew took two fifths of the time.
  private var ofFeatures: Distributions?

  /// Prepares the records that `configuration` asks for; nil where it asks for none.
  init?(_ configuration: RunConfiguration) {
    guard configuration.quantiles != nil || configuration.histogramBins != nil else { return nil }
    levels = configuration.quantiles ?? []
    bins = configuration.histogramBins
    edges = RunConfiguration.histogramEdges(configuration.histogramRange)
  }

  /// Records the distributions of a tensor of the probe, whose values were kept, at `site`.
  func record(_ tensor: TensorMoments, at site: Site, step: Int, _ recorder: any RunWriting) {
    let axis = bins.map { recorder.histogramAxis(of: site) ?? self.axis(of: tensor, bins: $0) }
    let areOfFeatures = site.layer == 1 && site.tap == .input
    let known = areOfFeatures ? ofFeatures : nil
    let distributions =
      known.flatMap { $0.histograms?.axis == axis ? $0 : nil } ?? measure(tensor, axis)
    if areOfFeatures { ofFeatures = distributions }
    if let quantiles = distributions.quantiles {
      recorder.record(quantiles, at: site, step: step)
    }
    if let histograms = distributions.histograms {
      recorder.record(histograms, at: site, step: step)
    }
  }

  private func measure(_ tensor: TensorMoments, _ axis: HistogramAxis?) -> Distributions {
    Distributions(
      quantiles: levels.isEmpty
        ? nil
        : FeatureQuantiles(
          of: tensor.values.span, features: tensor.mean.count, levels: levels),
      histograms: axis.map {
        var histograms = FeatureHistograms(axis: $0)
        histograms.add(rows: tensor.values.span)
        return histograms
      })
  }

  private func axis(of tensor: TensorMoments, bins: Int) -> HistogramAxis {
    let width = tensor.mean.count
    let given = edges.flatMap { edges in
      HistogramAxis(
        bins: bins, lower: Array(repeating: edges.lowerBound, count: width),
        upper: Array(repeating: edges.upperBound, count: width))
    }
    // One ε for all layers, however they are normalized, so that their edges are made alike.
    return given
      ?? HistogramAxis(
        bins: bins, around: tensor.mean, variance: tensor.variance,
        epsilon: ShiftReference.defaultEpsilon)
  }

}

extension RunConfiguration {
  /// The detail of all observed moments.
  var momentDetail: MomentDetail { higherMoments ? .higherMoments : [] }
}
