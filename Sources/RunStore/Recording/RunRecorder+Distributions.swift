public import RunModel
public import Statistics

extension RunRecorder {
  /// The bins of the histograms at a site, fixed by its first ones; nil before them.
  ///
  /// A resumed run keeps them.
  public func histogramAxis(of site: Site) -> HistogramAxis? { histogramAxes[site] }

  /// Adds histograms of one tensor to the current step.
  ///
  /// - Precondition: the site has moments; the histograms have its width, and the bins of its first histograms; the
  ///   run has not ended.
  public func record(_ histograms: FeatureHistograms, at site: Site, step: Int) {
    let position = positionForDistribution(of: site, width: histograms.axis.features)
    timed {
      if let axis = histogramAxes[site] {
        precondition(
          axis == histograms.axis,
          "All histograms of a tensor must have the bins of its first ones.")
      } else {
        histogramAxes[site] = histograms.axis
        pending.histogramAxes.append((position, histograms.axis))
      }
      pending.histograms.append(
        PendingRecords.PendingHistogram(
          position: position, step: step,
          counts: HistogramCounts.bytes(of: histograms.counts)))
    }
  }

  /// Adds quantiles of one tensor to the current step.
  ///
  /// - Precondition: the site has moments, and the quantiles have its width; the run has not ended.
  public func record(_ quantiles: FeatureQuantiles, at site: Site, step: Int) {
    timed {
      for (level, values) in zip(quantiles.levels, quantiles.values) {
        let position = positionForDistribution(of: site, width: values.count)
        pending.quantiles.append(
          PendingRecords.PendingQuantile(
            position: position, step: step, level: level, start: pending.vectors.count,
            width: values.count))
        pending.vectors.append(contentsOf: values)
      }
    }
  }

  private func positionForDistribution(of site: Site, width: Int) -> Int {
    requireOpen()
    precondition(
      sites.contains(site), "Record the moments of a tensor before its quantiles and histograms.")
    precondition(
      width == site.width, "A site of width \(site.width) cannot take \(width) features.")
    return sites.position(of: site)
  }
}
