import RunModel
package import ShiftAnalysis

/// The layers of a run as an answer has them: by name where they have names, else by number.
///
/// Rows for programs have the columns `layer`, the number, and `layer_name`, missing where there is none. People see one
/// column: names, of long ones both ends, or numbers. No two layers look alike there: a name that several layers have, or
/// that reads like a number, comes behind the layer's number.
package struct LayerLabels {
  /// The layers.
  let layers: RunLayers
  /// The columns of a layer.
  let columns: [Column]
  /// The texts for people, by number.
  private let labels: [Int: String]
  /// The names that several layers have.
  private let sharedNames: Set<String>

  /// The most columns of a terminal that a name takes.
  private static let widest = 24
  /// The most layers that a note lists one by one.
  static let listed = 4

  /// Prepares the labels of `layers`.
  package init(_ layers: RunLayers) {
    self.layers = layers
    guard layers.hasNames else {
      columns = [Column.number("layer").key, .text("layer_name").for(.programs)]
      (labels, sharedNames) = ([:], [])
      return
    }
    columns = [
      .number("layer").for(.programs), .text("layer_name").for(.programs),
      Column.text("layer").for(.people).key,
    ]
    let names = layers.all.map { $0.name?.withoutControlCharacters ?? "" }
    let shared = LayerLabels.repeated(names)
    let short = names.map { $0.cutInMiddle(toWidth: LayerLabels.widest) }
    let alike = LayerLabels.repeated(short)
    var labels: [Int: String] = [:]
    for (layer, name) in zip(layers.all, short) {
      labels[layer.number] =
        if name.isEmpty {
          "\(layer.number)"
        } else if alike.contains(name) || name.allSatisfy(\.isNumber) {
          "\(layer.number) (\(name))"
        } else {
          name
        }
    }
    self.labels = labels
    sharedNames = shared
  }

  private static func repeated(_ texts: [String]) -> Set<String> {
    Set(Dictionary(grouping: texts) { $0 }.filter { $0.value.count > 1 }.keys)
  }

  /// The layer as people see it in a table.
  func label(of layer: Int) -> String { labels[layer] ?? "\(layer)" }

  /// The layer before a colon, such as `layer 2` or `layer1.0.bn1`.
  package func prefix(of layer: Int) -> String {
    labels[layer].flatMap { $0.first?.isNumber == true ? nil : $0 } ?? "layer \(label(of: layer))"
  }

  /// The layer in a sentence, such as `layer 2` or `layer "layer1.0.bn1"`.
  func words(of layer: Int) -> String {
    let name = layers.name(of: layer)
    guard let name, sharedNames.contains(name.withoutControlCharacters) else {
      return RunLayers.words(of: layer, named: name)
    }
    return "layer \(layer) \"\(RunLayers.shortened(name))\""
  }

  /// The cells under `columns`; missing values where a row is about no layer.
  func cells(of layer: Int?) -> [any CellConvertible] {
    guard let layer else { return columns.map { _ in Cell.missing } }
    return [layer, layers.name(of: layer)] + (layers.hasNames ? [label(of: layer)] : [])
  }

  /// What is to be said of each layer, such as "layer 1: 3 steps; layer 2: 4 steps"; where it is the same of all, or there
  /// are many, those of which the same is to be said are counted.
  func note(_ items: [(layer: Int, text: String)], _ colon: String = ": ", separator: String = "; ")
    -> String
  {
    let isShared = items.count > 1 && Set(items.map(\.text)).count == 1
    guard isShared || items.count > LayerLabels.listed else {
      return items.map { words(of: $0.layer) + colon + $0.text }.joined(separator: separator)
    }
    let groups = Dictionary(grouping: items, by: \.text).values.sorted {
      ($1.count, $0[0].layer) < ($0.count, $1[0].layer)
    }
    if groups.count == 1 { return "each of \(items.count) layers\(colon)\(items[0].text)" }
    let shown = groups.prefix(LayerLabels.listed)
    let rest = groups.dropFirst(LayerLabels.listed).reduce(0) { $0 + $1.count }
    return shown.map { group in
      (group.count > 1 ? "\(group.count) layers" : words(of: group[0].layer)) + colon
        + group[0].text
    }.joined(separator: separator) + (rest > 0 ? "\(separator)and \(rest) more layers" : "")
  }
}
