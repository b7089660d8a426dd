/// A name in the data of a chart, and its look.
struct LineSeries: Equatable {
  /// The name, which no other line of the chart has.
  let name: String
  /// The place of its run among the figure's runs.
  let run: Int
  /// Whether it is thin, as the second line of its run.
  var isSecond = false
}
