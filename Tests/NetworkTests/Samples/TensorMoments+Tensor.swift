import Network

extension TensorMoments {
  /// Replaces all rows by those of `tensor`, [batch, features].
  mutating func compute(of tensor: Matrix) {
    reset()
    add(tensor, rows: 0..<tensor.rows)
  }
}
