import ShiftAnalysis

/// Which of many recorded steps a figure draws.
enum Sampling {
  /// The most points that a line has.
  static let limit = 400

  /// The most points that a line has in a figure of many layers.
  static func limit(ofLayers count: Int) -> Int { count > LayerGroups.many ? 100 : limit }

  /// At most `limit` places among `count`, evenly spread, the first and the last among them.
  static func places(among count: Int, limit: Int = limit) -> [Int] {
    StepSelection.places(among: count, atMost: limit)
  }

  /// The note on a line whose points were chosen by their numbers.
  static let noteOfNumbers = "recorded steps near step numbers that are evenly chosen are drawn"

  /// The note on a line that leaves points out; nil if it has all points.
  static func note(of count: Int, limit: Int = limit) -> String? {
    guard count > limit else { return nil }
    let spacing = NumberFormat.significant(Double(count - 1) / Double(limit - 1), 3)
    return "\(limit.grouped) of \(count.grouped) recorded steps are drawn, evenly chosen, "
      + "about one in \(spacing)"
  }
}
