import RunModel
import StrictJSON

extension TensorRegister {
  /// The moments in a message by the positions of their tensors, in order and checked against the declarations.
  ///
  /// - Throws: `MisfitError`, and nothing was taken.
  func resolved(_ set: MomentSet, step: Int) throws(MisfitError) -> [(Int, MomentVectors)] {
    switch set {
    case .named(let moments): try resolved(moments, step)
    case .columns(let columns): try resolved(columns, step)
    }
  }

  private func resolved(
    _ moments: [String: MomentVectors], _ step: Int
  ) throws(MisfitError) -> [(Int, MomentVectors)] {
    var resolved: [(Int, MomentVectors)] = []
    // In order, so that of two faults the same one is always named.
    for (name, vectors) in moments.sorted(by: { $0.key < $1.key }) {
      do throws(MisfitError) {
        let position = try position(of: name)
        do throws(MisfitError) {
          try check(vectors, at: position, step)
        } catch {
          throw error.inside(name)
        }
        resolved.append((position, vectors))
      } catch {
        throw error.inside("moments")
      }
    }
    return resolved.sorted { $0.0 < $1.0 }
  }

  private func resolved(
    _ columns: MomentColumns, _ step: Int
  ) throws(MisfitError) -> [(Int, MomentVectors)] {
    let slices = try columns.slices(of: self, withAffine: true)
    var seen = Set<Int>(minimumCapacity: slices.count)
    for (position, moments) in slices {
      try requireNewStep(step, at: position)
      guard seen.insert(position).inserted else {
        throw MisfitError(
          at: "tensor",
          predicate:
            "has \(quotedExcerpt(tensors[position].declaration.name)) twice; leave one out.")
      }
      try moments.requirePossible(of: tensors[position].declaration.name)
    }
    return slices
  }

  private func check(_ vectors: MomentVectors, at position: Int, _ step: Int) throws(MisfitError) {
    let (units, epsilon) = (tensors[position].site.width, tensors[position].site.epsilon)
    try requireNewStep(step, at: position)
    let named: [(MomentVectors.Key, [Float]?)] = [
      (.mean, vectors.mean), (.variance, vectors.variance), (.gamma, vectors.gamma),
      (.beta, vectors.beta), (.skewness, vectors.skewness), (.kurtosis, vectors.kurtosis),
    ]
    for (key, vector) in named {
      if let vector, vector.count != units {
        throw MisfitError(
          at: key.rawValue,
          predicate:
            "has \(counted(vector.count, "number")), where the tensor has \(counted(units, "unit"))."
        )
      }
      let isAffine = key == .gamma || key == .beta
      if isAffine && (vector == nil) != (epsilon == nil) {
        throw MisfitError(
          predicate: epsilon == nil
            ? "has \(key.rawValue), where the tensor is declared without an epsilon."
            : "lacks the key \(quotedExcerpt(key.rawValue)), which a tensor with an epsilon needs.")
      }
    }
    guard (vectors.skewness == nil) == (vectors.kurtosis == nil) else {
      throw MisfitError(predicate: "has one of skewness and kurtosis; send both or none.")
    }
    try vectors.requirePossible(of: tensors[position].declaration.name)
  }

  private func requireNewStep(_ step: Int, at position: Int) throws(MisfitError) {
    let newest = tensors[position].newestStep
    guard step > newest else {
      throw MisfitError(
        predicate:
          "has moments of \(quotedExcerpt(tensors[position].declaration.name)) at step \(step), which has some already at step \(newest); the steps of a tensor increase."
      )
    }
  }
}
