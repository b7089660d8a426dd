/// The number of letters to insert, remove, replace, or swap with their neighbor to turn one text into another.
///
/// The optimal string alignment distance, in which no letter is edited twice. Source: F. J. Damerau, "A technique
/// for computer detection and correction of spelling errors", Communications of the ACM 7 (1964).
func editDistance(_ first: String, _ second: String) -> Int {
  let first = Array(first)
  let second = Array(second)
  // A row for each prefix of `first`: its distances from the prefixes of `second`.
  var beforePrevious: [Int] = []
  var previous = Array(0...second.count)
  for i in first.indices {
    var row = [i + 1]
    for j in second.indices {
      var distance = min(
        previous[j + 1] + 1, row[j] + 1, previous[j] + (first[i] == second[j] ? 0 : 1))
      if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
        distance = min(distance, beforePrevious[j - 1] + 1)
      }
      row.append(distance)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[second.count]
}

/// The one of `known` names that was likely meant by `unknown`; nil where none is near.
package func nearestName(to unknown: String, among known: [String]) -> String? {
  nearestNames(to: unknown, among: known, atMost: 1).first
}

/// Those of `known` names that may have been meant by `unknown`, the nearest first.
package func nearestNames(to unknown: String, among known: [String], atMost count: Int) -> [String]
{
  let length = unknown.count
  // A name that differs more in length alone is not near, and can be as long as a file.
  let candidates = known.filter { abs($0.count - length) <= allowedDistance(from: $0) }
  let near = candidates.map { (name: $0, distance: editDistance($0, unknown)) }
    .filter { $0.distance <= allowedDistance(from: $0.name) }
  return near.enumerated()
    .sorted { ($0.element.distance, $0.offset) < ($1.element.distance, $1.offset) }
    .prefix(count).map(\.element.name)
}

private func allowedDistance(from name: String) -> Int { max(1, name.count / 3) }
