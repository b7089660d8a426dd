/// A block of moments that was read for one of its steps, kept for the others.
struct ReadBlock {
  /// The row id of the site.
  let site: Int
  /// The moments.
  let moments: StoredBlock
  /// Gamma and beta; nil where they were not read, or the block has none.
  let affine: StoredBlock?
  /// Whether gamma and beta were asked for.
  let withAffine: Bool
}
