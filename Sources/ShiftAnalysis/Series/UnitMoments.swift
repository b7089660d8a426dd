import RunModel
import Statistics

/// The moments of the tensor that was asked for: recorded ones, or those that follow from batch norm's parameters.
struct UnitMoments {
  private let selected: SiteSelection.Selected
  private var derivedVariance: [Float]

  init(_ selected: SiteSelection.Selected) {
    self.selected = selected
    derivedVariance = Array(repeating: 0, count: selected.source.site.width)
  }

  /// The moments that follow from one record.
  mutating func moments(of moment: borrowing Moment) -> FeatureMoments {
    let count = max(1, moment.count)
    guard selected.isDerived else {
      return FeatureMoments(count: count, mean: moment.mean, variance: moment.variance)
    }
    let epsilon = selected.epsilon
    var output = derivedVariance.mutableSpan
    NormalizedMoments.fillVariance(
      input: moment.variance.span, gamma: moment.gamma.span, epsilon: epsilon, output: &output)
    return FeatureMoments(count: count, mean: moment.beta, variance: derivedVariance)
  }
}
