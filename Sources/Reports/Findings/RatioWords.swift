/// The ratio of two distances in words, such as "7.4 times less".
struct RatioWords {
  /// Which one is smaller.
  enum Direction: String, CaseIterable {
    case less
    case more
    /// Within a twentieth.
    case alike = "as far"
  }

  /// Whether the second one is smaller.
  let direction: Direction
  /// The larger of the two over the smaller one.
  let factor: Double

  /// Describes `ratio`, of the second distance to the first, which is more than 0.
  init(_ ratio: Double) {
    factor = max(ratio, 1 / ratio)
    direction = factor < 1.05 ? .alike : ratio < 1 ? .less : .more
  }

  /// The words before "than" or "as", such as "7.4 times less".
  var comparison: String {
    direction == .alike ? "as far" : "\(Phrase.number(factor)) times \(direction.rawValue)"
  }

  /// The word after `comparison`.
  var conjunction: String { direction == .alike ? "as" : "than" }

  /// The factors of several ratios of one direction, such as " (1.3 to 7.4 times)"; empty where they are alike.
  static func range(_ members: [RatioWords]) -> String {
    guard let least = members.map(\.factor).min(), let most = members.map(\.factor).max(),
      members[0].direction != .alike
    else { return "" }
    let ends = [least, most].map(Phrase.number)
    return ends[0] == ends[1] ? " (\(ends[0]) times)" : " (\(ends[0]) to \(ends[1]) times)"
  }
}

extension String {
  /// The text with a capital at its beginning.
  var capitalizedStart: String { prefix(1).uppercased() + dropFirst() }
}
