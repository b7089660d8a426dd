package import ShiftAnalysis

import RunStore
import Statistics

/// Two groups of runs side by side.
package enum GroupComparisonReport {
  /// A row for each quantity.
  package static func table(_ comparison: GroupComparison) -> DataTable {
    var table = DataTable(
      [
        .text("quantity"), .number("pairs"), .number("first_median"), .number("first_lower"),
        .number("first_upper"), .number("second_median"), .number("second_lower"),
        .number("second_upper"), .number("median_difference"), .number("second_larger"),
        .number("second_smaller"), .number("ties"), .number("sign_test_p"),
        .number("smallest_p"),
      ], notes: notes(comparison) + signTestNotes(comparison))
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
    var table = DataTable(
      [
        .number("layer"), .number("step"), .number("first_median"), .number("first_lower"),
        .number("first_upper"), .number("second_median"), .number("second_lower"),
        .number("second_upper"),
      ], notes: notes(comparison) + ["steps that all runs recorded"])
    for point in comparison.points {
      table.add(
        [.integer(point.layer), .integer(point.step)]
          + point.bands.flatMap { band in
            [band?.median, band?.lower, band?.upper].map { .number(optional: $0) }
          })
    }
    return table
  }

  private static func notes(_ comparison: GroupComparison) -> [String] {
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
    if let first = comparison.coordinates.first, let second = comparison.coordinates.last {
      let statistics = Set([first.statistics.rawValue, second.statistics.rawValue]).sorted()
      notes.append(
        "nw2 (reference start) and the w2 path: tap \(first.tap.rawValue), population \(first.population.rawValue), "
          + "statistics \(statistics.joined(separator: " and ")); median over the units of a layer")
    } else {
      notes.append("no shifts, as the runs recorded no common population")
    }
    notes.append(
      pairs.count < GroupBand.leastCountOfQuartiles
        ? "lower and upper: the smallest and the largest run"
        : "lower and upper: the quartiles over the runs")
    return notes
  }

  private static func signTestNotes(_ comparison: GroupComparison) -> [String] {
    [
      "median_difference: of second less first, pair by pair; sign_test_p: exact and two-sided, ties left out; smallest_p: "
        + "what it would be if all differences had one sign, so that fewer pairs than 6 never come below 0.05",
      "Each row is a test of its own: of many rows some are below 0.05 by chance.",
    ]
  }
}
