/// A selection of steps, or of places in a series, that spreads evenly from the first to the last.
package enum StepSelection {
  /// At most `count` places among the first `total`; all of them where `count` is nil.
  package static func places(among total: Int, atMost count: Int?) -> [Int] {
    guard let count, count < total else { return Array(0..<max(0, total)) }
    guard count > 1 else { return Array((0..<total).suffix(count)) }
    return (0..<count).map { $0 * (total - 1) / (count - 1) }
  }

  /// At most `count` of `steps`; all of them where `count` is nil.
  package static func steps(_ steps: [Int], atMost count: Int?) -> [Int] {
    guard let count, count < steps.count else { return steps }
    return places(among: steps.count, atMost: count).map { steps[$0] }
  }
}
