/// A verdict on a claim.
package enum StudyVerdict: String, CaseIterable, Sendable {
  /// The seeds show that the claim holds.
  case holds
  /// The seeds show that it does not.
  case doesNotHold = "does_not_hold"
  /// The seeds show neither.
  case undecided

  /// The verdict in words.
  package var words: String { words(of: 1) }

  /// The verdict on `count` claims or studies in words.
  func words(of count: Int) -> String {
    switch self {
    case .holds: count == 1 ? "holds" : "hold"
    case .doesNotHold: count == 1 ? "does not hold" : "do not hold"
    case .undecided: "can't be told with these seeds"
    }
  }

  /// The verdict on claims that are made together: all of them hold, or one does not.
  package static func together(_ verdicts: [StudyVerdict]) -> StudyVerdict {
    if verdicts.contains(.doesNotHold) { return .doesNotHold }
    return verdicts.contains(.undecided) || verdicts.isEmpty ? .undecided : .holds
  }
}
