import Glibc
import Statistics

/// A test of a figure of several seeds against bounds.
///
/// The figures of the seeds count as independent draws. Where they are finite and differ, the 95 % t-interval of their mean
/// decides: it lies within the bounds, outside of them, or across one. Ratios above 0 are tested by their logarithms. Figures
/// that are all the same, such as counts, have no estimate of their spread, and an infinite one has no mean: then a one-sided
/// sign test at 5 % decides, which takes 5 seeds that agree.
package struct SeedTest: Sendable, Equatable {
  /// The figure of each seed.
  package let figures: [Double]
  /// The interval; nil where the sign test decided.
  package let interval: ClosedRange<Double>?
  /// The verdict.
  package let verdict: StudyVerdict

  /// The level of the interval.
  static let level = 0.95

  /// Tests `figures` against `bounds`, by their logarithms where `isRatio` and all are above 0.
  package init(_ figures: [Double], within bounds: StudyBounds, isRatio: Bool) {
    self.figures = figures
    guard figures.allSatisfy(\.isFinite), Set(figures).count > 1 else {
      interval = nil
      verdict = SeedTest.signs(figures, bounds)
      return
    }
    let isLogarithmic = isRatio && figures.allSatisfy { $0 > 0 }
    let interval = SeedTest.interval(isLogarithmic ? figures.map { log($0) } : figures)
    let range =
      isLogarithmic ? exp(interval.lowerBound)...exp(interval.upperBound) : interval
    self.interval = range
    verdict =
      bounds.contains(range.lowerBound) && bounds.contains(range.upperBound)
      ? .holds : bounds.excludes(range) ? .doesNotHold : .undecided
  }

  /// The name of the test that decided.
  package var name: String {
    interval == nil ? "sign test" : "95 % t-interval"
  }

  private static func interval(_ values: [Double]) -> ClosedRange<Double> {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let half =
      StudentT(degreesOfFreedom: values.count - 1).quantile((1 + level) / 2)
      * (variance / count).squareRoot()
    return mean - half...mean + half
  }

  private static func signs(_ figures: [Double], _ bounds: StudyBounds) -> StudyVerdict {
    // A figure that is not a number is no evidence for either.
    let known = figures.filter { !$0.isNaN }
    guard known.count == figures.count else { return .undecided }
    let test = SignTest(known.map { bounds.contains($0) ? 1 : -1 })
    guard test.pValue / 2 <= 1 - level else { return .undecided }
    return test.positiveCount > test.negativeCount ? .holds : .doesNotHold
  }
}
