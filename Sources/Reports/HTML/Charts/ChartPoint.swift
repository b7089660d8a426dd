/// A value at a step; in a chart, one that is nil or not finite leaves a gap.
struct ChartPoint: Sendable, Equatable {
  let step: Int
  let value: Double?
}

extension ChartPoint {
  /// Whether it has a place on an axis of values.
  func isPlaced(on scale: ChartScale) -> Bool { value.map(scale.canPlace) ?? false }
}
