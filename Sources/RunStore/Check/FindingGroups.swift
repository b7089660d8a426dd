import RunModel

/// Findings not reported yet, grouped by kind.
final class FindingGroups {
  /// The common part of a group of findings.
  struct Kind: Hashable {
    let severity: CheckFinding.Severity
    let rule: String
    let run: String?
    let tensor: CheckFinding.Tensor?
    let place: String

    func finding(
      _ message: String, at position: String, _ steps: ClosedRange<Int>? = nil
    ) -> CheckFinding {
      let places = [place, position].filter { !$0.isEmpty }.joined(separator: ", ")
      return CheckFinding(
        severity: severity, rule: rule, run: run, tensor: tensor, steps: steps,
        message: places.isEmpty ? message : "\(places): \(message)")
    }
  }

  private struct Key: Hashable {
    let kind: Kind
    let unit: CheckPosition.Unit
    let detail: String
    /// The message without its numbers.
    let shape: String
  }

  private struct Group {
    let first: String
    var isSameEverywhere = true
    var numbers: ClosedRange<Int>
    var count = 1
  }

  /// The largest number of groups, so that a file with endless kinds of damage does not fill the memory.
  private static let largestCount = 256

  let found: (CheckFinding) throws -> Void
  private var keys: [Key] = []
  private var groups: [Key: Group] = [:]

  init(found: @escaping (CheckFinding) throws -> Void) {
    self.found = found
  }

  func add(_ message: String, _ kind: Kind, at position: CheckPosition) throws {
    let key = Key(
      kind: kind, unit: position.unit, detail: position.detail,
      shape: message.filter { !"0123456789.+-e".contains($0) })
    if var group = groups[key] {
      group.count += 1
      group.numbers =
        min(
          group.numbers.lowerBound, position.number)...max(
          group.numbers.upperBound, position.number)
      group.isSameEverywhere = group.isSameEverywhere && group.first == message
      groups[key] = group
      return
    }
    if keys.count == FindingGroups.largestCount { try flush() }
    keys.append(key)
    groups[key] = Group(first: message, numbers: position.number...position.number)
  }

  /// Reports the groups, in the order of their first findings.
  func flush() throws {
    let (told, byKey) = (keys, groups)
    keys = []
    groups = [:]
    for key in told {
      guard let group = byKey[key] else { continue }
      try found(
        key.kind.finding(
          (group.isSameEverywhere ? "" : "at the first, ") + group.first,
          at: key.unit.text(group.numbers, count: group.count) + key.detail,
          key.unit.isStep ? group.numbers : nil))
    }
  }
}
