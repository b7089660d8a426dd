import ArgumentParser
import Statistics

/// A measure of shift that is a metric, on the command line: a path has a length in it.
struct MetricName: ExpressibleByArgument, Sendable {
  /// The measure.
  let measure: ShiftMeasure

  init?(argument: String) {
    guard let measure = ShiftMeasure(rawValue: argument), measure.isMetric else { return nil }
    self.measure = measure
  }

  var defaultValueDescription: String { measure.rawValue }

  static var allValueStrings: [String] {
    ShiftMeasure.allCases.filter(\.isMetric).map(\.rawValue)
  }
}
