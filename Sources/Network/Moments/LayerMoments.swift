/// The moments of the tensors of a layer, column by column: over the examples, and the positions of images.
package struct LayerMoments: Sendable {
  /// The moments of z, [units]: current after an observed pass, or where batch norm reads them.
  package internal(set) var preactivation: TensorMoments
  /// The moments of the activation of z, [units]: if the normalization reads it, as current as the moments of z.
  package internal(set) var activation: TensorMoments
  /// The moments of the normalization's output, [units]: current after an observed pass in which they do not follow from
  /// gamma, beta and the moments of its input.
  package internal(set) var normalized: TensorMoments
  /// The moments of the output, [units]: current after an observed pass, except in the last layer.
  package internal(set) var output: TensorMoments
  /// The moments that ghost batch norm uses, one for each group of examples; empty without it.
  var groups: [TensorMoments]

  init(layer: Layer, ghostGroups: Int) {
    let empty = TensorMoments(features: layer.preactivation.channels)
    preactivation = empty
    activation = empty
    normalized = empty
    output = empty
    groups = Array(repeating: empty, count: ghostGroups)
  }

  mutating func reset() {
    preactivation.reset()
    activation.reset()
    normalized.reset()
    output.reset()
    for index in groups.indices { groups[index].reset() }
  }

  /// The moments of the normalization's input in `layer`.
  func read(by layer: Layer) -> TensorMoments {
    layer.normalizesActivation ? activation : preactivation
  }

  /// Merges the moments of the normalization's input in `layer` from the parts of a batch.
  mutating func mergeRead(by layer: Layer, _ parts: [LayerMoments]) {
    if layer.normalizesActivation {
      activation.reset()
      for part in parts { activation.merge(part.activation) }
    } else {
      preactivation.reset()
      for part in parts { preactivation.merge(part.preactivation) }
    }
  }

  /// Merges the moments of another part of the batch; groups, which lie in one part, are appended.
  mutating func merge(_ other: LayerMoments) {
    preactivation.merge(other.preactivation)
    activation.merge(other.activation)
    normalized.merge(other.normalized)
    output.merge(other.output)
    groups += other.groups
  }
}
