/// A vector of a moment that may be sealed; the raw value is its number in `sealed`.
enum MomentVector: Int, CaseIterable {
  case mean = 1
  case variance, gamma, beta

  /// The name of its column.
  var name: String { "\(self)" }
  /// The name of its table.
  var table: String { self == .gamma || self == .beta ? "affine" : "moment" }

  /// The vectors of each moment at a site that has an epsilon or not.
  static func all(withAffine: Bool) -> [MomentVector] {
    withAffine ? allCases : [.mean, .variance]
  }
}
