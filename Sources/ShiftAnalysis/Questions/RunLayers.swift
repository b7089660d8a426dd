public import RunModel

/// The layers of a run, with the names that its network gives them.
public struct RunLayers: Sendable {
  /// A layer of a run.
  public struct Layer: Sendable, Equatable {
    /// The number, from 1.
    public let number: Int
    /// The name; nil where it has none.
    public let name: String?

    /// The name, of a long one both ends, or the number.
    var label: String { name.map(RunLayers.shortened) ?? "\(number)" }
  }

  /// The layers, by number.
  public let all: [Layer]
  /// Whether any layer has a name.
  public let hasNames: Bool

  /// Joins the layers of `sites` and those of `numbers`, which may have no site.
  package init(_ sites: [RecordedSite] = [], and numbers: [Int] = []) {
    let known =
      numbers.map { Layer(number: $0, name: nil) }
      + sites.map { Layer(number: $0.site.layer, name: $0.site.layerName) }
    // In arrays: to make a dictionary's type takes longer than all of this, in a program that answers and ends.
    var layers: [Layer] = []
    for layer in known.sorted(by: { $0.number < $1.number }) {
      guard let newest = layers.last, newest.number == layer.number else {
        layers.append(layer)
        continue
      }
      layers[layers.count - 1] = Layer(number: layer.number, name: layer.name ?? newest.name)
    }
    all = layers
    hasNames = layers.contains { $0.name != nil }
  }

  /// Some layers of a run.
  package init(_ layers: [Layer]) {
    all = layers
    hasNames = layers.contains { $0.name != nil }
  }

  /// The name of the layer `number`; nil where it has none.
  public func name(of number: Int) -> String? {
    guard hasNames else { return nil }
    // By number, most often without a gap.
    if all.indices.contains(number - 1), all[number - 1].number == number {
      return all[number - 1].name
    }
    return all.first { $0.number == number }?.name
  }

  /// The name of the layer `number`, of a long one both ends, or the number.
  func label(of number: Int) -> String { Layer(number: number, name: name(of: number)).label }

  /// Layers in words, those with names by their names, at most `count`; such as "1, 2, 3 and 50 more".
  package func list(atMost count: Int = 20) -> String {
    let words = all.prefix(count).map(\.label)
    let rest = all.count - words.count
    return words.joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }

  /// A layer in a sentence: `layer 2`, or with its name `layer "layer1.0.bn1"`.
  package static func words(of number: Int, named name: String?) -> String {
    name.map { "layer \"\(shortened($0))\"" } ?? "layer \(number)"
  }

  /// The name as a sentence has it: of a long one both ends.
  package static func shortened(_ name: String) -> String {
    guard name.count > 60 else { return name }
    return "\(name.prefix(29))…\(name.suffix(30))"
  }
}

extension Site {
  /// The layer in a sentence: `layer 2`, or with its name `layer "layer1.0.bn1"`.
  package var layerWords: String { RunLayers.words(of: layer, named: layerName) }

  /// The layer at the beginning of a sentence.
  package var layerWordsCapitalized: String { "L" + layerWords.dropFirst() }

  /// Checks that the layer has a unit; nil is all units.
  ///
  /// - Throws: `ShiftError`.
  func requireUnit(_ unit: Int?, in run: Run) throws(ShiftError) {
    guard let unit, !(1...width).contains(unit) else { return }
    throw ShiftError(
      .noSuchUnit,
      "\(layerWordsCapitalized) of run \(run.shortID) has no unit \(unit); its units are 1 to \(width)."
    )
  }
}

extension RunReading {
  /// The layers of a run.
  ///
  /// - Throws: `StoreError`.
  public func layers(of run: Run) throws -> RunLayers { RunLayers(try sites(of: run)) }
}
