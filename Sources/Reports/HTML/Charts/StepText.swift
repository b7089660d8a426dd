/// Steps as a short text: the first, then the distance of each from the one before, equal distances counted.
///
/// For example, "0 25x80" is 0, 25 and so on to 2,000.
enum StepText {
  /// The text of `steps`.
  static func of(_ steps: [Int]) -> String {
    var runs: [(distance: Int, count: Int)] = []
    var last = 0
    for (place, step) in steps.enumerated() {
      let distance = step - last
      // The first is no distance.
      if place > 1, let run = runs.last, run.distance == distance {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((distance, 1))
      }
      last = step
    }
    return runs.map { $0.count == 1 ? "\($0.distance)" : "\($0.distance)x\($0.count)" }
      .joined(separator: " ")
  }
}
