/// How a batch is pushed through a network.
package struct ForwardPass: Sendable {
  /// What batch norm normalizes with.
  package var statistics: Normalization.Statistics
  /// Whether the moments of every tap are wanted, beyond those that batch norm needs.
  package var observes: Bool
  /// What is wanted of every tap beside moments, where the pass observes.
  package var detail: MomentDetail = []
  /// Whether the moments are those of this batch and of the ones before it, which had the same weights.
  package var continuesMoments = false
  /// Whether the pass before had this batch and these weights, so that the first layer's z, which no statistics
  /// change, still stands in the workspace.
  package var isRepeated = false

  /// What observing adds to moments.
  var observedDetail: MomentDetail { observes ? detail : [] }

  /// A pass of a batch that stands for itself.
  package init(statistics: Normalization.Statistics, observes: Bool) {
    self.statistics = statistics
    self.observes = observes
  }
}
