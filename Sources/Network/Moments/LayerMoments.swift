/// The moments of the tensors of a layer, each a column at a time: over the examples, and the positions of images.
package struct LayerMoments: Sendable {
  /// Of z, [units]: current after an observed pass, or where batch norm read them.
  package internal(set) var preactivation: TensorMoments
  /// Of the activation of z, [units]: where the normalization stands after it, current as z's are.
  package internal(set) var activation: TensorMoments
  /// Of what the normalization hands on, [units]: current after an observed pass in which they don't follow from
  /// gamma, beta and the moments of what it read.
  package internal(set) var normalized: TensorMoments
  /// Of what the layer hands on, [units]: current after an observed pass; not of the last layer.
  package internal(set) var output: TensorMoments
  /// Of what ghost batch norm reads, for each group of examples; empty without it.
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

  /// Those of what the normalization of `layer` reads.
  func read(by layer: Layer) -> TensorMoments {
    layer.normalizesActivation ? activation : preactivation
  }

  /// Makes those of what the normalization of `layer` reads of the parts of a batch.
  mutating func mergeRead(by layer: Layer, _ parts: [LayerMoments]) {
    if layer.normalizesActivation {
      activation.reset()
      for part in parts { activation.merge(part.activation) }
    } else {
      preactivation.reset()
      for part in parts { preactivation.merge(part.preactivation) }
    }
  }

  /// Adds those of another part of the batch; groups, which lie in one part, follow each other.
  mutating func merge(_ other: LayerMoments) {
    preactivation.merge(other.preactivation)
    activation.merge(other.activation)
    normalized.merge(other.normalized)
    output.merge(other.output)
    groups += other.groups
  }
}
