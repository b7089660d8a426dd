package import RunModel
package import Statistics

/// The distances of one data set from another, at the features and at the layers of a network: covariate shift of data.
///
/// The network's weights stay as they are and batch norm uses the running statistics, so that only the data move; the
/// movement of distributions while a network trains, internal covariate shift, is a different question.
package struct DataShift: Sendable {
  /// A change of the target before the comparison.
  package struct Corruption: Sendable {
    /// The notation, such as `contrast:3`.
    package let name: String
    /// The effect at each severity, in one line.
    package let explanation: String

    /// Names a corruption.
    package init(name: String, explanation: String) {
      self.name = name
      self.explanation = explanation
    }
  }

  /// The network whose layers are compared.
  package struct NetworkShift: Sendable {
    /// The run that trained it.
    package let run: Run
    /// The number of updates of its checkpoint.
    package let step: Int
    /// The tensor that is compared at each layer.
    package let tap: Site.Tap
    /// The layers, from the first.
    package let layers: [TensorShift]
    /// The network's accuracy or loss on the samples; nil if its targets differ from the targets of the data.
    package let score: DataShiftScore?

    /// Joins a network and the shifts at its layers.
    package init(run: Run, step: Int, tap: Site.Tap, layers: [TensorShift], score: DataShiftScore?)
    {
      self.run = run
      self.step = step
      self.tap = tap
      self.layers = layers
      self.score = score
    }
  }

  /// The sample to compare with.
  package let reference: DataShiftSample
  /// The sample to compare.
  package let target: DataShiftSample
  /// The corruptions of the target, in the order in which they were applied.
  package let corruptions: [Corruption]
  /// The numbers of examples, bins and resamples, and the seed.
  package let method: DataShiftMethod
  /// The width of the images in the data; nil for plain features.
  package let imageWidth: Int?
  /// The shift of the features.
  package let features: TensorShift
  /// The network and the shift at its layers; nil without one.
  package let network: NetworkShift?

  /// Joins the parts of a comparison.
  package init(
    reference: DataShiftSample, target: DataShiftSample, corruptions: [Corruption],
    method: DataShiftMethod, imageWidth: Int?, features: TensorShift, network: NetworkShift?
  ) {
    self.reference = reference
    self.target = target
    self.corruptions = corruptions
    self.method = method
    self.imageWidth = imageWidth
    self.features = features
    self.network = network
  }

  /// The layers of the network, from the first; none without a network.
  package var layers: [TensorShift] { network?.layers ?? [] }

  /// Whether an example can be on both sides, apart from the corruption.
  package var sharesExamples: Bool {
    reference.data == target.data
      && (reference.split == target.split || [reference.split, target.split].contains("all"))
  }
}
