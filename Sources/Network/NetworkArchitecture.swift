/// What a classifier is built from: fully connected layers, their nonlinearity and their normalization.
package struct NetworkArchitecture: Sendable, Equatable {
  /// Where batch norm stands in a layer.
  package enum Placement: String, CaseIterable, Codable, Sendable {
    /// Before the activation: it normalizes xW, and the layer has no bias, which beta would repeat.
    case before
    /// After the activation: it normalizes the activation of xW + b.
    case after
  }

  /// How the hidden layers are normalized.
  package enum Normalization: Sendable, Equatable {
    case none
    /// Batch norm with its epsilon, and the weight of the old value in its running statistics.
    case batch(placement: Placement, epsilon: Float, emaDecay: Float)
  }

  /// The number of input features.
  package let inputWidth: Int
  /// The number of units of each hidden layer.
  package let hiddenWidths: [Int]
  /// The number of classes: the width of the output layer, which has a bias and no normalization.
  package let classCount: Int
  /// The nonlinearity of the hidden layers.
  package let activation: Activation
  /// The normalization of the hidden layers.
  package let normalization: Normalization
  /// How weights are drawn.
  package let initializer: WeightInitializer

  /// Describes a network.
  package init(
    inputWidth: Int, hiddenWidths: [Int], classCount: Int, activation: Activation,
    normalization: Normalization, initializer: WeightInitializer
  ) {
    precondition(
      inputWidth > 0 && classCount > 0 && hiddenWidths.allSatisfy { $0 > 0 },
      "Every layer needs at least one unit.")
    self.inputWidth = inputWidth
    self.hiddenWidths = hiddenWidths
    self.classCount = classCount
    self.activation = activation
    self.normalization = normalization
    self.initializer = initializer
  }
}
