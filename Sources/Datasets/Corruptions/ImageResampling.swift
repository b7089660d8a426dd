import Network

/// Resamples an image: takes every pixel from another place, by bilinear interpolation between four pixels.
enum ImageResampling {
  /// Replaces `image`, [positions · channels], by what `source` finds for each place; outside of the image is 0.
  ///
  /// - Parameters:
  ///   - image: the pixels, row by row.
  ///   - shape: its shape.
  ///   - source: from where the pixel in that row and column is taken, both from the image's center.
  static func resample(
    _ image: inout [Float], shape: TensorShape,
    from source: (_ row: Double, _ column: Double) -> (row: Double, column: Double)
  ) {
    let original = image
    let centerRow = Double(shape.height - 1) / 2
    let centerColumn = Double(shape.width - 1) / 2
    for row in 0..<shape.height {
      for column in 0..<shape.width {
        let place = source(Double(row) - centerRow, Double(column) - centerColumn)
        let (top, down) = parts(of: place.row + centerRow)
        let (left, right) = parts(of: place.column + centerColumn)
        for channel in 0..<shape.channels {
          func pixel(_ row: Int, _ column: Int) -> Double {
            (0..<shape.height).contains(row) && (0..<shape.width).contains(column)
              ? Double(original[(row * shape.width + column) * shape.channels + channel]) : 0
          }
          let upper = pixel(top, left) * (1 - right) + pixel(top, left + 1) * right
          let lower = pixel(top + 1, left) * (1 - right) + pixel(top + 1, left + 1) * right
          image[(row * shape.width + column) * shape.channels + channel] =
            Float(upper * (1 - down) + lower * down).clippedToUnitRange
        }
      }
    }
  }

  /// The whole number below a coordinate, and how far it is beyond that.
  private static func parts(of coordinate: Double) -> (whole: Int, rest: Double) {
    let whole = coordinate.rounded(.down)
    return (Int(whole), coordinate - whole)
  }
}
