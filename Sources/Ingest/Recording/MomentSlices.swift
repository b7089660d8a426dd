import RunModel
import StrictJSON

extension MomentColumns {
  /// The moments of each entry with the position of its tensor, cut out of the columns.
  ///
  /// - Parameters:
  ///   - register: the tensors.
  ///   - withAffine: whether a tensor with an epsilon has gamma and beta; else none has.
  /// - Returns: the moments, in the order of the entries.
  /// - Throws: `MisfitError` where a column has another length than its tensors take.
  func slices(
    of register: TensorRegister, withAffine: Bool
  ) throws(MisfitError) -> [(Int, MomentVectors)] {
    let positions = try positions(in: register)
    try requireLengths(of: positions.map { register.tensors[$0].site }, withAffine)
    var start = 0
    var affineStart = 0
    var slices: [(Int, MomentVectors)] = []
    slices.reserveCapacity(positions.count)
    for (index, position) in positions.enumerated() {
      let site = register.tensors[position].site
      let range = start..<start + site.width
      let hasAffine = withAffine && site.epsilon != nil
      let affine = affineStart..<affineStart + (hasAffine ? site.width : 0)
      slices.append(
        (
          position,
          MomentVectors(
            count: try count(at: index), nonFinite: try nonFinite(at: index),
            mean: Array(mean[range]), variance: Array(variance[range]),
            gamma: hasAffine ? Array(gamma[affine]) : nil,
            beta: hasAffine ? Array(beta[affine]) : nil,
            skewness: skewness.map { Array($0[range]) },
            kurtosis: kurtosis.map { Array($0[range]) })
        ))
      start = range.upperBound
      affineStart = affine.upperBound
    }
    return slices
  }

  private func positions(in register: TensorRegister) throws(MisfitError) -> [Int] {
    var positions: [Int] = []
    positions.reserveCapacity(tensors.count)
    for tensor in tensors {
      guard register.tensors.indices.contains(Int(tensor)) else {
        throw MisfitError(
          at: Column.tensor.rawValue,
          predicate:
            "has \(tensor), where \(counted(register.tensors.count, "tensor")) \(register.tensors.count == 1 ? "is" : "are") declared."
        )
      }
      positions.append(Int(tensor))
    }
    return positions
  }

  private func requireLengths(of sites: [Site], _ withAffine: Bool) throws(MisfitError) {
    let units = sites.reduce(0) { $0 + $1.width }
    let affineUnits = sites.reduce(0) { $0 + (withAffine && $1.epsilon != nil ? $1.width : 0) }
    for (column, length, wanted) in [
      (Column.mean, mean.count, units), (.variance, variance.count, units),
      (.gamma, gamma.count, affineUnits), (.beta, beta.count, affineUnits),
      (.skewness, skewness?.count ?? (kurtosis == nil ? units : 0), units),
      (.kurtosis, kurtosis?.count ?? (skewness == nil ? units : 0), units),
    ] where length != wanted {
      let isAffine = column == .gamma || column == .beta
      throw MisfitError(
        at: column.rawValue,
        predicate:
          "has \(counted(length, "number")), where its tensors\(isAffine ? " with an epsilon" : "") have \(counted(wanted, "unit"))."
      )
    }
  }

  private func count(at index: Int) throws(MisfitError) -> Int {
    let count = Int(counts[index])
    guard RecordingProtocol.rows.contains(count) else {
      throw MisfitError(
        at: Column.count.rawValue,
        predicate:
          "has \(count), where a count from 1 to \(RecordingProtocol.rows.upperBound) is wanted.")
    }
    return count
  }

  private func nonFinite(at index: Int) throws(MisfitError) -> Int? {
    guard let number = nonFinite?[index] else { return nil }
    guard number >= 0 else {
      throw MisfitError(
        at: Column.nonFinite.rawValue, predicate: "has \(number), where a number from 0 is wanted.")
    }
    return Int(number)
  }
}
