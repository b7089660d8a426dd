import RunModel
import StrictJSON
import Training

extension StudyCriterion {
  /// Reads a criterion of a study with these arms.
  ///
  /// - Throws: `ConfigurationError` with the place of what is wrong.
  init(_ file: CriterionFile, isQuick: Bool, arms: [StudyArm], place: String)
    throws(ConfigurationError)
  {
    func error(_ text: String) -> ConfigurationError {
      ConfigurationError(text: "\(place) \(text)")
    }
    claim = file.claim
    test = file.test ?? .interval
    let comparison = file.compare ?? .value
    self.comparison = comparison
    guard comparison.operandCounts.contains(file.of.count) else {
      let wanted =
        comparison.operandCounts.count == 1
        ? counted(comparison.operandCounts.lowerBound, "arm") : "2 arms or more"
      throw error(
        "is of \(counted(file.of.count, "arm")); a \(comparison.rawValue) is of \(wanted).")
    }
    numbers = file.over ?? []
    guard numbers.count == (comparison == .logSlope ? file.of.count : 0),
      numbers.allSatisfy({ $0 > 0 && $0.isFinite })
    else {
      throw error(
        comparison == .logSlope
          ? "needs \"over\": a number above 0 for each arm."
          : "has \"over\", which only a \(Comparison.logSlope.rawValue) takes; leave it out.")
    }
    let quick = isQuick ? file.quick : nil
    bounds = StudyBounds(
      atLeast: quick == nil ? file.atLeast : quick?.atLeast,
      atMost: quick == nil ? file.atMost : quick?.atMost)
    guard bounds.atLeast != nil || bounds.atMost != nil else {
      throw error("has no bound; add \"at_least\" or \"at_most\".")
    }
    if let least = bounds.atLeast, let most = bounds.atMost, least > most {
      throw error("wants at least \(least) and at most \(most), which no figure is.")
    }
    guard Set(numbers).count > 1 || numbers.isEmpty else {
      throw error("has a slope \"over\" one number; use different ones.")
    }
    operands = try file.of.map { operand throws(ConfigurationError) in
      guard let arm = arms.first(where: { $0.name == operand.arm }) else {
        let nearest = nearestName(to: operand.arm, among: arms.map(\.name))
        throw error(
          "is of the arm \(quotedExcerpt(operand.arm)), which the study has not; "
            + (nearest.map { "did you mean \(quotedExcerpt($0))?" }
              ?? "its arms are \(arms.map { quotedExcerpt($0.name) }.joined(separator: ", "))."))
      }
      let measure = try MeasureKind.measure(
        file.measure.merging(operand.measure) { $1 }, place: "the measure of \(place)")
      if let lack = measure.lack(in: arm.configuration) {
        throw error(
          "measures the arm \(quotedExcerpt(arm.name)), whose runs have no \(lack.what); \(lack.remedy)"
        )
      }
      return Operand(arm: operand.arm, measure: measure)
    }
  }
}
