/// The layers of two runs, each with its partner: by name where both runs have names, else by number.
package struct LayerPairs: Sendable {
  /// Whether partners have the same name; else the same number.
  package let areByName: Bool
  /// The layers without a partner: of the first run, and of the second.
  package let alone: [[RunLayers.Layer]]
  private let seconds: [Int: Int]
  private let firsts: [Int: Int]

  /// Pairs the layers of two runs; of several layers with one name the first with the first, and so on.
  package init(_ first: RunLayers, _ second: RunLayers) {
    let areByName = first.hasNames && second.hasNames
    func keyed(_ layers: RunLayers) -> [(key: String, layer: RunLayers.Layer)] {
      var counts: [String: Int] = [:]
      return layers.all.map { layer in
        guard areByName, let name = layer.name else { return ("\(layer.number)", layer) }
        counts[name, default: 0] += 1
        return ("\(counts[name] ?? 0) \(name)", layer)
      }
    }
    let (firstLayers, secondLayers) = (keyed(first), keyed(second))
    let partners = Dictionary(secondLayers.map { ($0.key, $0.layer.number) }) { first, _ in first }
    var (seconds, firsts): ([Int: Int], [Int: Int]) = ([:], [:])
    for (key, layer) in firstLayers {
      guard let partner = partners[key] else { continue }
      seconds[layer.number] = partner
      firsts[partner] = layer.number
    }
    self.areByName = areByName
    (self.seconds, self.firsts) = (seconds, firsts)
    alone = [
      first.all.filter { seconds[$0.number] == nil },
      second.all.filter { firsts[$0.number] == nil },
    ]
  }

  /// The number of a layer's partner in the second run; nil where it has none.
  package func second(of first: Int) -> Int? { seconds[first] }

  /// The number of a layer's partner in the first run; nil where it has none.
  package func first(of second: Int) -> Int? { firsts[second] }
}
