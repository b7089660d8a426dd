/// The encoding of a block's vectors.
enum BlockFormat {
  /// Little-endian float32, [steps, width].
  static let plain: Int16 = 0
}
