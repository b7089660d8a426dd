package import Statistics

/// What a report on the shift between two data sets is made of.
package struct DataShiftFacts {
  /// The examples on one side of the comparison.
  package struct Side: Encodable {
    let data: String
    let split: String
    let examples: Int
    let available: Int

    /// Describes a side: a data set, a split of it, and how many of its examples were drawn.
    package init(data: String, split: String, examples: Int, available: Int) {
      self.data = data
      self.split = split
      self.examples = examples
      self.available = available
    }

    var description: String {
      "\(data.withoutControlCharacters), \(split) split, \(examples) of \(available) examples"
    }
  }

  /// What was done to the target first.
  package struct Step: Encodable {
    let corruption: String
    let explanation: String

    /// Names a corruption and says what it does.
    package init(corruption: String, explanation: String) {
      self.corruption = corruption
      self.explanation = explanation
    }
  }

  /// How thresholds were found and histograms made.
  package struct Method: Encodable {
    let resamples: Int
    let quantile: Double
    let bins: Int
    let seed: UInt64

    /// Describes the method.
    package init(resamples: Int, quantile: Double, bins: Int, seed: UInt64) {
      self.resamples = resamples
      self.quantile = quantile
      self.bins = bins
      self.seed = seed
    }
  }

  /// The network whose layers were looked at.
  package struct NetworkSource: Encodable {
    let id: String
    let name: String
    let step: Int

    /// Names a run and the step of its checkpoint.
    package init(id: String, name: String, step: Int) {
      self.id = id
      self.name = name
      self.step = step
    }
  }

  /// How a tensor is called, and how it moved.
  package struct Tensor {
    let layer: Int?
    let tap: String
    let shift: TensorShift

    /// Names a tensor; the data themselves have no layer.
    package init(layer: Int?, tap: String, shift: TensorShift) {
      self.layer = layer
      self.tap = tap
      self.shift = shift
    }

    var name: String { layer.map { "layer \($0) \(tap)" } ?? tap }
  }

  /// One figure for each sample: the accuracy, or the loss where examples have no classes.
  package struct Score: Encodable {
    let name: String
    let reference: Double
    let originalTarget: Double
    let target: Double
    let adaptedTarget: Double?
    let pseudoSamples: Int?

    private enum CodingKeys: String, CodingKey {
      case name, reference, target
      case originalTarget = "target_before_corruption"
      case adaptedTarget = "target_adapted"
      case pseudoSamples = "pseudo_samples"
    }

    /// Puts the figures together, `name` being `accuracy` or `loss`.
    package init(
      name: String, reference: Double, originalTarget: Double, target: Double,
      adaptedTarget: Double?, pseudoSamples: Int?
    ) {
      self.name = name
      self.reference = reference
      self.originalTarget = originalTarget
      self.target = target
      self.adaptedTarget = adaptedTarget
      self.pseudoSamples = pseudoSamples
    }
  }

  let reference: Side
  let target: Side
  let corruptions: [Step]
  let method: Method
  let network: NetworkSource?
  /// The data first, then the layers.
  let tensors: [Tensor]
  let score: Score?
  /// The width of the images that the data are; nil for plain features.
  let imageWidth: Int?

  /// Puts the facts together.
  package init(
    reference: Side, target: Side, corruptions: [Step], method: Method, network: NetworkSource?,
    tensors: [Tensor], score: Score?, imageWidth: Int?
  ) {
    self.reference = reference
    self.target = target
    self.corruptions = corruptions
    self.method = method
    self.network = network
    self.tensors = tensors
    self.score = score
    self.imageWidth = imageWidth
  }

  /// Whether an example can be on both sides, but for the corruption.
  var sharesExamples: Bool {
    reference.data == target.data
      && (reference.split == target.split || [reference.split, target.split].contains("all"))
  }
}
