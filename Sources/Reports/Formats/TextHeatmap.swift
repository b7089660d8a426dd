import Glibc

/// A heatmap in text: a line of shades for each series, all on one scale.
///
/// Each shade begins at a third of the one above it, because some layers move a hundred times as far as others.
package struct TextHeatmap {
  private let glyphs: Glyphs
  /// The magnitude at which each shade but the lightest begins.
  package let thresholds: [Double]
  /// The largest finite magnitude.
  package let largest: Double

  /// Makes the scale of `rows`.
  package init(_ rows: [[Double]], _ glyphs: Glyphs = .blocks) {
    self.glyphs = glyphs
    let largest = rows.joined().lazy.filter(\.isFinite).map(abs).max() ?? 0
    self.largest = largest
    let count = glyphs.shades.count - 1
    thresholds = (0..<count).map { largest / pow(3, Double(count - $0)) }
  }

  /// The line of a row, in at most `columns` columns; not finite values as in a sparkline.
  package func line(_ values: [Double], columns: Int = .max) -> String {
    String(
      Sparkline.pooled(values, to: columns).map { value in
        guard value.isFinite else { return Glyphs.mark(ofNonFinite: value) }
        // Where nothing moved there is no shade.
        let place = largest > 0 ? thresholds.count { abs(value) >= $0 } : 0
        return glyphs.shades[place]
      })
  }

  /// What the shades mean.
  package var legend: String {
    zip(glyphs.shades.dropFirst(), thresholds).map { shade, threshold in
      "\(shade) from \(NumberFormat.significant(threshold, 2))"
    }.joined(separator: ", ") + ", at most \(NumberFormat.significant(largest, 2))"
  }
}
