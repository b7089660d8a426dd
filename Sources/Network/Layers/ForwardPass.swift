/// The settings of a forward pass of a batch through a network.
package struct ForwardPass: Sendable {
  /// The statistics that batch norm normalizes with.
  package var statistics: Normalization.Statistics
  /// Whether the pass computes the moments of every tap, beyond those that batch norm needs.
  package var observes: Bool
  /// The detail of every tap beside its moments, if the pass observes.
  package var detail: MomentDetail = []
  /// Whether the moments are added to the moments of the previous batches, which had the same weights.
  package var continuesMoments = false
  /// Whether the pass before had this batch and these weights, so that the first layer's z, which does not depend on the
  /// statistics, is still in the workspace.
  package var isRepeated = false

  /// The detail beside moments in an observed pass.
  var observedDetail: MomentDetail { observes ? detail : [] }

  /// The settings for a batch on its own.
  package init(statistics: Normalization.Statistics, observes: Bool) {
    self.statistics = statistics
    self.observes = observes
  }
}
