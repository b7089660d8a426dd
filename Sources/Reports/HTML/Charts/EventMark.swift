/// An event of a run as a mark above a chart.
struct EventMark: Sendable, Equatable {
  /// The step.
  let step: Int
  /// The kind in words, such as "alarm".
  let kind: String
}
