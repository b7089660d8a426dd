import SQLite
import Statistics

extension PendingWrite {
  /// Writes the quantiles.
  func insertQuantiles(_ connection: Connection, siteIDs: [Int64]) throws {
    let statement = try connection.statement(
      "INSERT INTO quantile (site, step, level, quantile) VALUES (?, ?, ?, ?)")
    let vectors = records.vectors
    for quantile in records.quantiles {
      try statement.run(
        [
          .integer(siteIDs[quantile.position]), .integer(quantile.step), .real(quantile.level),
          .floats(quantile.start..<quantile.start + quantile.width),
        ],
        floats: vectors.span)
    }
  }

  /// Writes the histograms, and the bins of each site's first ones.
  func insertHistograms(_ connection: Connection, siteIDs: [Int64]) throws {
    for (position, axis) in records.histogramAxes {
      let edges = axis.lower + axis.upper
      try connection.statement(
        "INSERT INTO histogram_axis (site, bins, lower, upper) VALUES (?, ?, ?, ?)"
      ).run(
        [
          .integer(siteIDs[position]), .integer(axis.bins), .floats(0..<axis.features),
          .floats(axis.features..<2 * axis.features),
        ],
        floats: edges.span)
    }
    let statement = try connection.statement(
      "INSERT INTO histogram (site, step, counts) VALUES (?, ?, ?)")
    for histogram in records.histograms {
      try statement.run([
        .integer(siteIDs[histogram.position]), .integer(histogram.step), .bytes(histogram.counts),
      ])
    }
  }
}
