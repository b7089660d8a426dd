/// What a short table shows of many layers: the worst of them, worst first.
///
/// Tables on a terminal are short unless all is asked for; every other format has everything.
enum WorstFirst {
  /// The most layers that a short table shows.
  static let limit = 20

  /// The worst of `items`, one for each layer, worst first by `badness`; all of them in their order where there are few.
  static func of<Item>(_ items: [Item], by badness: (Item) -> [Double?]) -> [Item] {
    items.count > limit ? Array(sorted(items, by: badness).prefix(limit)) : items
  }

  /// The items, worst first.
  ///
  /// - Parameters:
  ///   - items: one for each layer.
  ///   - badness: figures to compare by, the first one first; NaN is worse than any number, and nil better.
  /// - Returns: the items; of equals the first one first.
  static func sorted<Item>(_ items: [Item], by badness: (Item) -> [Double?]) -> [Item] {
    let ranked = items.enumerated().map { (place: $0, item: $1, ranks: badness($1).map(rank)) }
    return ranked.sorted { first, second in
      for (a, b) in zip(first.ranks, second.ranks) where a != b { return a > b }
      return first.place < second.place
    }.map(\.item)
  }

  private static func rank(_ figure: Double?) -> Double {
    guard let figure else { return -.infinity }
    return figure.isNaN ? .infinity : figure
  }

  /// What is said above a short table of `count` layers; nil where it has them all.
  static func note(_ count: Int, _ words: String) -> String? {
    count > limit ? "\(limit) of \(count) layers, \(words)" : nil
  }
}
