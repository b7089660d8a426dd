/// The tree of a condition on runs.
package indirect enum FilterExpression: Sendable {
  case all([FilterExpression])
  case any([FilterExpression])
  case not(FilterExpression)
  case comparison(RunField, FilterComparison, FilterLiteral)
}
