/// A name in a figure's legend.
struct LegendEntry: Equatable {
  /// The name.
  let name: String
  /// The look of its lines.
  let look: Int
}
