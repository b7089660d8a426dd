import Glibc
import Statistics

/// A test of a figure of several seeds against bounds.
///
/// The figures of the seeds count as independent draws. Where they are finite and differ, the 95 % t-interval of their mean
/// decides: it lies within the bounds, outside of them, or across one. Ratios above 0 are tested by their logarithms. Figures
/// that are all the same, such as counts, have no estimate of their spread, and an infinite one has no mean: then a one-sided
/// sign test at 5 % decides, which takes 5 seeds that agree. A study can ask for it where a few seeds differ so much from the
/// others that a mean says nothing.
package struct SeedTest: Sendable, Equatable {
  /// The way to decide.
  package enum Kind: String, CaseIterable, Decodable, Sendable {
    /// By the interval of the mean, where there is one.
    case interval
    /// By the number of seeds within the bounds.
    case sign
  }

  /// The figure of each seed.
  package let figures: [Double]
  /// The interval; nil where the sign test decided.
  package let interval: ClosedRange<Double>?
  /// The mean that the interval is of, of ratios the geometric one; the median where the sign test decided.
  package let estimate: Double
  /// The verdict.
  package let verdict: StudyVerdict

  /// The level of the interval.
  static let level = 0.95

  /// Tests `figures` against `bounds`, by their logarithms where `isRatio` and all are above 0.
  package init(
    _ figures: [Double], within bounds: StudyBounds, isRatio: Bool, by kind: Kind = .interval
  ) {
    self.figures = figures
    guard kind == .interval, figures.allSatisfy(\.isFinite), Set(figures).count > 1 else {
      interval = nil
      estimate = Figures(figures).median
      verdict = SeedTest.signs(figures, bounds)
      return
    }
    let isLogarithmic = isRatio && figures.allSatisfy { $0 > 0 }
    let mean = SeedTest.mean(isLogarithmic ? figures.map { log($0) } : figures)
    func figure(_ value: Double) -> Double { isLogarithmic ? exp(value) : value }
    let range = figure(mean.center - mean.half)...figure(mean.center + mean.half)
    interval = range
    estimate = figure(mean.center)
    verdict =
      bounds.contains(range.lowerBound) && bounds.contains(range.upperBound)
      ? .holds : bounds.excludes(range) ? .doesNotHold : .undecided
  }

  /// The name of the test that decided.
  package var name: String {
    interval == nil ? "sign test" : "95 % t-interval"
  }

  /// The mean, and half the width of its interval.
  private static func mean(_ values: [Double]) -> (center: Double, half: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let half =
      StudentT(degreesOfFreedom: values.count - 1).quantile((1 + level) / 2)
      * (variance / count).squareRoot()
    return (mean, half)
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
