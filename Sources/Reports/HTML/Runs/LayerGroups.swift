import ShiftAnalysis

/// The layers of a network in groups: those whose names have the same beginning, such as `layer1` of `layer1.0.bn1`.
///
/// What all names have in common, such as `model.`, is no group.
struct LayerGroups {
  /// Layers that belong together.
  struct Group {
    /// The beginning of their names; empty for layers without one.
    let name: String
    /// The numbers of the layers.
    let layers: [Int]
  }

  /// The groups, in the order of their first layers.
  let all: [Group]

  /// The number of layers from which on figures show them together.
  static let many = 12
  /// The most layers whose running gaps are drawn where there are many.
  static let mostGaps = 3

  /// Groups the layers `numbers`, which are in order.
  init(_ numbers: [Int], named layers: RunLayers) {
    let parts = numbers.map { (layers.name(of: $0) ?? "").split(separator: ".") }
    let shortest = parts.map(\.count).min() ?? 0
    let shared = (0..<max(0, shortest - 1)).prefix { place in
      parts.allSatisfy { $0[place] == parts[0][place] }
    }.count
    var groups: [(name: String, layers: [Int])] = []
    for (number, parts) in zip(numbers, parts) {
      let own = parts.dropFirst(shared)
      let name = own.count > 1 ? String(own[own.startIndex]) : ""
      if let place = groups.firstIndex(where: { $0.name == name }) {
        groups[place].layers.append(number)
      } else {
        groups.append((name, [number]))
      }
    }
    all = groups.map { Group(name: $0.name, layers: $0.layers) }
  }
}
