import SQLiteExtension
import Statistics

extension ScalarFunction {
  /// A function for each measure of shift: name(reference mean, reference variance, mean, variance, aggregate, epsilon).
  ///
  /// The last two are optional, by default the mean over the units and batch norm's usual epsilon. NULL where no unit has a value.
  static let measures = ShiftMeasure.allCases.map(ScalarFunction.init)

  private init(_ measure: ShiftMeasure) {
    self.init(measure.rawValue, arguments: 4...6) { arguments throws(FunctionError) in
      let referenceMean = try arguments.floats(0)
      let referenceVariance = try arguments.floats(1)
      let mean = try arguments.floats(2)
      let variance = try arguments.floats(3)
      let aggregate = arguments.count > 4 ? try arguments.aggregate(4) : .mean
      let epsilon =
        arguments.count > 5 ? try arguments.epsilon(5) : ShiftReference.defaultEpsilon
      guard let referenceMean, let referenceVariance, let mean, let variance, let aggregate,
        let epsilon
      else { return .null }
      try requireSameLength(referenceMean, referenceVariance, mean, variance)
      let reference = ShiftReference(
        mean: referenceMean.map(Double.init), variance: referenceVariance.map(Double.init),
        epsilon: epsilon)
      var scratch = [Double](repeating: 0, count: mean.count)
      var room = scratch.mutableSpan
      return .real(
        optional: reference.summary(
          of: measure, by: aggregate, mean: mean.span, variance: variance.span, scratch: &room
        ).value)
    }
  }
}

extension Arguments {
  fileprivate func aggregate(_ index: Int) throws(FunctionError) -> UnitAggregate? {
    guard let name = try text(index) else { return nil }
    if let aggregate = UnitAggregate(rawValue: name) { return aggregate }
    let known = UnitAggregate.allCases.map(\.rawValue).joined(separator: ", ")
    throw FunctionError(
      "argument \(index + 1) names no aggregate over the units; those are \(known)")
  }

  fileprivate func epsilon(_ index: Int) throws(FunctionError) -> Double? {
    guard let epsilon = try real(index) else { return nil }
    guard epsilon >= 0 && epsilon < .infinity else {
      throw FunctionError("epsilon is \(epsilon); it must be finite and not negative")
    }
    return epsilon
  }
}
