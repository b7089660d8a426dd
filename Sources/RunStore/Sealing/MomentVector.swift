/// A vector of a moment that may be sealed; the raw value is its place among them.
enum MomentVector: Int, CaseIterable {
  case mean, variance, gamma, beta

  /// The name of its column, in its own table and in `frame`.
  var name: String { "\(self)" }
  /// The name of its own table.
  var table: String { isAffine ? "affine" : "moment" }
  /// Whether a moment has it only where batch norm reads the tensor.
  var isAffine: Bool { self == .gamma || self == .beta }
}
