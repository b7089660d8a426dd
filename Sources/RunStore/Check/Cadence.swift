/// A detector of gaps in equally spaced numbers: 0, 10, 20, 50, 60 has one between 20 and 50.
struct Cadence {
  /// The newest numbers, at most four.
  private var newest: [Int] = []

  /// Adds a number, larger than those before.
  ///
  /// - Returns: the numbers around a gap, one number after the gap.
  mutating func add(_ number: Int) -> ClosedRange<Int>? {
    newest.append(number)
    guard newest.count >= 4 else { return nil }
    if newest.count > 4 { newest.removeFirst() }
    let distances = zip(newest, newest.dropFirst()).map { $1 - $0 }
    guard distances[0] == distances[2], distances[0] > 0, distances[1] > distances[0],
      distances[1] % distances[0] == 0
    else { return nil }
    return newest[1]...newest[2]
  }
}
