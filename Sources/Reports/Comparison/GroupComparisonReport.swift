package import ShiftAnalysis

import RunModel
import Statistics

/// Reports two groups of runs side by side.
package enum GroupComparisonReport {
  /// The answer with a row for each quantity; people see a row for each group, and below the differences of the groups, as
  /// side by side they would be wider than a terminal.
  package static func answer(_ comparison: GroupComparison) -> Answer {
    Answer(
      finding: GroupFinding(comparison, LayerLabels(comparison.layers[0])).sentences,
      notes: notes(of: comparison),
      [groups(comparison), differences(comparison), pairs(comparison), table(comparison)])
  }

  /// The runs: a row for each pair.
  private static func pairs(_ comparison: GroupComparison) -> AnswerTable {
    let columns = ["pair", "first_run", "first_run_name", "second_run", "second_run_name"].map {
      Column.text($0)
    }
    return AnswerTable("pair", for: .programs, columns) { rows in
      for pair in comparison.runs.pairs {
        try rows.row([pair.key] as [any CellConvertible] + pair.runs.flatMap(\.cells))
      }
    }
  }

  private static func groups(_ comparison: GroupComparison) -> AnswerTable {
    let columns = [
      Column.text("quantity"), .text("group"), .number("median"), .number("lower"),
      .number("upper"),
    ]
    return AnswerTable("group", for: .people, columns) { rows in
      for quantity in comparison.quantities {
        for (group, band) in zip(["first", "second"], quantity.bands) {
          try rows.row(
            [title(of: quantity, comparison), group] + cells([band]) as [any CellConvertible])
        }
      }
    }
  }

  private static func differences(_ comparison: GroupComparison) -> AnswerTable {
    let columns =
      [Column.text("quantity").titled("second less first")]
      + ["pairs", "median", "larger", "smaller", "ties", "sign_test_p", "smallest_p"].map {
        .number($0)
      }
    return AnswerTable("difference", for: .people, columns) { rows in
      for quantity in comparison.quantities {
        try rows.row(
          [title(of: quantity, comparison), quantity.bands[0].count] + cells(of: quantity))
      }
    }
  }

  private static let bandColumns = ["first", "second"].flatMap { group in
    ["median", "lower", "upper"].map {
      Column.number("\(group)_\($0)").titled($0 == "median" ? group : $0)
    }
  }

  private static let coordinates =
    [
      "tap", "population", "first_statistics", "second_statistics", "reference", "aggregate",
    ].map { Column.text($0).for(.programs) }

  private static func table(_ comparison: GroupComparison) -> AnswerTable {
    let columns =
      [Column.text("quantity")] + layerColumns + coordinates + [.number("pairs")] + bandColumns
      + [
        "median_difference", "second_larger", "second_smaller", "ties", "sign_test_p", "smallest_p",
      ].map { .number($0) }
    return AnswerTable("quantity", for: .programs, columns) { rows in
      for quantity in comparison.quantities {
        try rows.row(
          [quantity.name] + layerCells(quantity.layer, comparison)
            + coordinateCells(quantity.layer == nil ? nil : comparison)
            + [quantity.bands[0].count] + cells(quantity.bands) + cells(of: quantity))
      }
    }
  }

  /// The name of a quantity for people, with the layer as tables have it.
  private static func title(of quantity: GroupComparison.Quantity, _ comparison: GroupComparison)
    -> String
  {
    // Short enough for a terminal of 80 columns.
    guard let layer = quantity.layer else {
      return quantity.name.replacing(" statistics", with: "")
    }
    let words = RunLayers.words(of: layer, named: comparison.layers[0].name(of: layer))
    return LayerLabels(comparison.layers[0]).prefix(of: layer)
      + quantity.name.dropFirst(words.count)
  }

  private static let layerColumns = [
    Column.number("layer"), .text("layer_name").for(.programs),
  ]

  private static func layerCells(_ layer: Int?, _ comparison: GroupComparison)
    -> [any CellConvertible]
  {
    [layer, layer.flatMap { comparison.layers[0].name(of: $0) }]
  }

  private static func cells(_ bands: [GroupBand?]) -> [any CellConvertible] {
    bands.flatMap { [$0?.median, $0?.lower, $0?.upper] }
  }

  private static func cells(of quantity: GroupComparison.Quantity) -> [any CellConvertible] {
    let test = quantity.signTest
    return [
      quantity.medianDifference, test.positiveCount, test.negativeCount, test.tieCount, test.pValue,
      test.smallestPValue,
    ]
  }

  /// The coordinates of the shifts of layers, missing values for anything else.
  private static func coordinateCells(_ comparison: GroupComparison?) -> [any CellConvertible] {
    let first = comparison?.coordinates.first
    return [
      first?.tap, first?.population, first?.statistics, comparison?.coordinates.last?.statistics,
      first?.reference.description, first.map { _ in UnitAggregate.median },
    ]
  }

  /// The answer with a row for each layer and step.
  package static func seriesAnswer(_ comparison: GroupComparison) -> Answer {
    let pairCount = comparison.runs.pairs.count
    let labels = LayerLabels(comparison.layers[0])
    let columns = coordinates + labels.columns + [.number("step")] + bandColumns
    let table = AnswerTable("step", columns) { rows in
      rows.share(coordinateCells(comparison))
      for point in comparison.points {
        try rows.row(labels.cells(of: point.layer) + [point.step] + cells(point.bands))
      }
    }
    return Answer(
      finding: GroupFinding(comparison, labels).movement,
      notes: sharedNotes(comparison, count: pairCount...pairCount)
        + ["Steps that all runs recorded."], [pairs(comparison), table])
  }

  private static func notes(of comparison: GroupComparison) -> [String] {
    let pairCount = comparison.runs.pairs.count
    let counts = comparison.quantities.map(\.bands[0].count)
    let least = counts.min() ?? pairCount
    var notes = sharedNotes(comparison, count: least...pairCount)
    if least < pairCount {
      notes.append(
        "Where pairs is below \(pairCount), the others lack a finite figure in one of their runs.")
    }
    if !comparison.namesWithoutFigures.isEmpty {
      notes.append(
        "Left out, without finite figures in both runs of any pair (a path: of one spacing): "
          + comparison.namesWithoutFigures.joined(separator: "; "))
    }
    return notes + [
      "Pair by pair, second less first: the median, how often it is larger or smaller than 0, and the exact two-sided sign "
        + "test, ties left out. smallest_p would be its p if all had one sign: fewer pairs than 6 never come below 0.05.",
      "Each row is a test of its own: of many rows some are below 0.05 by chance.",
    ]
  }

  /// The notes on the runs, their shifts and the bands over `count` figures.
  private static func sharedNotes(
    _ comparison: GroupComparison, count: ClosedRange<Int>
  ) -> [String] {
    let pairs = comparison.runs.pairs
    let listed = pairs.prefix(8).map { pair in
      "\(pair.runs[0].shortID) and \(pair.runs[1].shortID) (\(pair.key))"
    }
    var notes = [
      "pairs: \(listed.joined(separator: ", "))"
        + (pairs.count > 8 ? " and \(pairs.count - 8) more" : "")
    ]
    let alone = comparison.runs.withoutPartner
    if !alone.isEmpty {
      notes.append("left out, without a partner: \(alone.map(\.shortID).joined(separator: ", "))")
    }
    for (group, word) in ["first", "second"].enumerated() {
      let diverged = pairs.map { $0.runs[group] }.filter { $0.status == .diverged }
      guard !diverged.isEmpty else { continue }
      notes.append(
        "Diverged, of the \(word) group's \(pairs.count) runs \(diverged.count), without figures at the end: "
          + diverged.map(\.shortID).joined(separator: ", "))
    }
    let stepCounts = pairs.flatMap { $0.runs.map(\.stepCount) }
    if let fewest = stepCounts.min(), let most = stepCounts.max(), fewest < most {
      notes.append(
        "The runs have \(fewest) to \(most) steps: figures at the end belong to different steps.")
    }
    return notes + shiftNotes(comparison) + [bandNote(count)]
  }

  private static func shiftNotes(_ comparison: GroupComparison) -> [String] {
    guard let first = comparison.coordinates.first, let second = comparison.coordinates.last else {
      return [
        "No shifts, as the runs did not all record that tensor over the same population."
      ]
    }
    let statistics = Set([first.statistics.rawValue, second.statistics.rawValue]).sorted()
    var notes = [
      "nw2 (reference start) and the w2 path: tap \(first.tap.rawValue), population \(first.population.rawValue), "
        + "statistics \(statistics.joined(separator: " and ")); median over the units of a layer"
    ]
    if let caution = first.caution ?? second.caution { notes.append(caution) }
    func add(_ layers: [Int], _ words: String) {
      guard !layers.isEmpty else { return }
      let labels = LayerLabels(comparison.layers[0])
      notes.append("\(words): \(layers.map(labels.label).joined(separator: ", ")).")
    }
    if !comparison.layersLeftOut.isEmpty {
      notes.append(
        "Left out, as not every run recorded them, are the layers: \(comparison.layersLeftOut.joined(separator: ", "))."
      )
    }
    add(comparison.layersOfOtherWidth, "Layers whose width is not the same in all runs")
    return notes
  }

  private static func bandNote(_ count: ClosedRange<Int>) -> String {
    let least = GroupBand.leastCountOfQuartiles
    if count.upperBound < least { return "lower and upper: the smallest and the largest run" }
    if count.lowerBound >= least { return "lower and upper: the quartiles over the runs" }
    return
      "lower and upper: the quartiles over the runs, or of fewer than \(least) pairs the smallest and "
      + "the largest run"
  }
}
