/// Sparklines of a run: its loss, its accuracy, and the shift of each layer, one under the other.
struct RunSparklines {
  /// The most columns of a label.
  private static let widestLabel = 24

  /// A series, with its newest value in words.
  private struct Row {
    let label: String
    let values: [Double]
    let value: String
    var range: ClosedRange<Double>?
  }

  private let watched: WatchedRun
  private let measured: [Row]

  /// Prepares the sparklines of `watched`.
  init(_ watched: WatchedRun) {
    self.watched = watched
    var rows: [Row] = []
    if let loss = watched.losses.last {
      rows.append(
        Row(label: "training loss", values: watched.losses.means, value: RunSparklines.number(loss))
      )
    }
    let accuracies = watched.accuracies.means
    if let accuracy = watched.accuracies.last, accuracies.contains(where: { !$0.isNaN }) {
      rows.append(
        Row(label: "training accuracy", values: accuracies, value: NumberFormat.percent(accuracy)))
    }
    measured = rows
  }

  /// The number of lines that are not of layers.
  var measuredCount: Int { measured.count }

  /// The lines, at most `columns` wide.
  ///
  /// - Parameters:
  ///   - columns: the width of each line.
  ///   - layerRows: the most lines of layers; those that moved least are left out first.
  ///   - glyphs: the characters.
  /// - Returns: the lines.
  func lines(columns: Int, layerRows: Int, _ glyphs: Glyphs) -> [String] {
    let (layers, isCut) = RunSparklines.farthest(of: watched, rows: layerRows)
    let moved = layers.map { layer in
      Row(
        label: layer.label, values: layer.shifts, value: RunSparklines.number(layer.shifts.last),
        range: 0...max(layer.shifts.filter(\.isFinite).max() ?? 0, .leastNormalMagnitude))
    }
    let drawn = RunSparklines.draw(measured + moved, columns: columns, glyphs)
    var lines = Array(drawn.prefix(measured.count))
    guard !moved.isEmpty else { return lines }
    lines += ["", "shift from the start in sd, median unit: \(watched.coordinates)"]
    lines += drawn.dropFirst(measured.count)
    if isCut { lines.append("and \(watched.layers.count - layers.count) more, which moved less") }
    return lines
  }

  /// The layers that moved most, in their order, as many as `rows` show with a line about the rest.
  static func farthest(of watched: WatchedRun, rows: Int) -> (
    layers: [WatchedRun.Layer], isCut: Bool
  ) {
    let all = watched.layers
    guard all.count > rows else { return (all, false) }
    func length(_ index: Int) -> Double {
      let last = all[index].shifts.last ?? 0
      return last.isNaN ? .infinity : abs(last)
    }
    let farthest = all.indices.sorted { length($0) > length($1) }.prefix(max(1, rows - 1))
    return (farthest.sorted().map { all[$0] }, true)
  }

  /// A number beside a sparkline; empty where it is missing.
  static func number(_ value: Double?) -> String {
    value.map { NumberFormat.significant($0, 3) } ?? ""
  }

  /// A line for each row: its label, its sparkline and its newest value, in three columns.
  private static func draw(_ rows: [Row], columns: Int, _ glyphs: Glyphs) -> [String] {
    let labels = rows.map { $0.label.withoutControlCharacters.cut(toWidth: widestLabel) }
    let labelWidth = labels.map(\.displayWidth).max() ?? 0
    let valueWidth = rows.map(\.value.count).max() ?? 0
    let room = max(8, columns - labelWidth - valueWidth - 4)
    return zip(labels, rows).map { label, row in
      let line = Sparkline.text(row.values, columns: room, within: row.range, glyphs)
      return label + spaces(labelWidth - label.displayWidth + 2) + line
        + spaces(room - line.count + 2 + valueWidth - row.value.count) + row.value
    }
  }

  private static func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
