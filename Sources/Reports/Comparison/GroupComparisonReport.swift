package import ShiftAnalysis

import RunModel
import Statistics

/// Two groups of runs side by side.
package enum GroupComparisonReport {
  /// The quantities in `format`: for people the groups and below them their differences, else a row for each quantity.
  package static func text(
    _ comparison: GroupComparison, _ format: OutputFormat, isStyled: Bool
  ) throws -> String {
    guard format == .table else {
      return try table(comparison).text(format, isStyled: isStyled)
    }
    // Side by side they would be wider than a terminal.
    return notes(of: comparison).map { "# \($0.withoutControlCharacters)\n" }.joined()
      + groups(comparison).aligned(isStyled: isStyled) + "\n"
      + differences(comparison).aligned(isStyled: isStyled)
  }

  private static func groups(_ comparison: GroupComparison) -> TextTable {
    var table = TextTable(
      [.text("median of")]
        + ["first", "lower", "upper", "second", "lower", "upper"].map { .number($0) })
    for quantity in comparison.quantities {
      let figures = quantity.bands.flatMap { [$0.median, $0.lower, $0.upper] }
      table.add([quantity.name] + figures.map { NumberFormat.significant($0) })
    }
    return table
  }

  private static func differences(_ comparison: GroupComparison) -> TextTable {
    var table = TextTable(
      [.text("second less first")]
        + ["pairs", "median", "larger", "smaller", "ties", "sign_test_p", "smallest_p"].map {
          .number($0)
        })
    for quantity in comparison.quantities {
      let test = quantity.signTest
      table.add([
        quantity.name, "\(quantity.bands[0].count)",
        NumberFormat.significant(quantity.medianDifference), "\(test.positiveCount)",
        "\(test.negativeCount)", "\(test.tieCount)", NumberFormat.significant(test.pValue),
        NumberFormat.significant(test.smallestPValue),
      ])
    }
    return table
  }

  private static func table(_ comparison: GroupComparison) -> DataTable {
    var table = DataTable(
      [
        .text("quantity"), .number("pairs"), .number("first_median"), .number("first_lower"),
        .number("first_upper"), .number("second_median"), .number("second_lower"),
        .number("second_upper"), .number("median_difference"), .number("second_larger"),
        .number("second_smaller"), .number("ties"), .number("sign_test_p"),
        .number("smallest_p"),
      ], notes: notes(of: comparison))
    for quantity in comparison.quantities {
      let test = quantity.signTest
      table.add(
        [.text(quantity.name), .integer(quantity.bands[0].count)]
          + quantity.bands.flatMap { [.number($0.median), .number($0.lower), .number($0.upper)] }
          + [
            .number(quantity.medianDifference), .integer(test.positiveCount),
            .integer(test.negativeCount), .integer(test.tieCount), .number(test.pValue),
            .number(test.smallestPValue),
          ])
    }
    return table
  }

  /// A row for each layer and step.
  package static func seriesTable(_ comparison: GroupComparison) -> DataTable {
    let pairCount = comparison.runs.pairs.count
    var table = DataTable(
      [
        .number("layer"), .number("step"), .number("first_median"), .number("first_lower"),
        .number("first_upper"), .number("second_median"), .number("second_lower"),
        .number("second_upper"),
      ],
      notes: sharedNotes(comparison, count: pairCount...pairCount)
        + ["Steps that all runs recorded."])
    for point in comparison.points {
      table.add(
        [.integer(point.layer), .integer(point.step)]
          + point.bands.flatMap { band in
            [band?.median, band?.lower, band?.upper].map { .number(optional: $0) }
          })
    }
    return table
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

  /// What is to be known of the runs, their shifts and the bands over `count` figures.
  private static func sharedNotes(
    _ comparison: GroupComparison, count: ClosedRange<Int>
  ) -> [String] {
    let pairs = comparison.runs.pairs
    let listed = pairs.prefix(8).map { pair in
      "\(pair.runs[0].shortID) and \(pair.runs[1].shortID) (\(pair.key.withoutControlCharacters))"
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
        "The runs are of \(fewest) to \(most) steps: figures at the end are not of the same step.")
    }
    return notes + shiftNotes(comparison) + [bandNote(count)]
  }

  private static func shiftNotes(_ comparison: GroupComparison) -> [String] {
    guard let first = comparison.coordinates.first, let second = comparison.coordinates.last else {
      return [
        "No shifts, as the runs did not all record the tap \(comparison.tap.rawValue) over the same population."
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
      notes.append("\(words): \(layers.map(String.init).joined(separator: ", ")).")
    }
    add(comparison.layersLeftOut, "Left out, as not every run recorded them, are the layers")
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
