/// A value at a step; in a chart, one that is nil or not finite leaves a gap.
struct ChartPoint: Sendable, Equatable {
  let step: Int
  let value: Double?
}
