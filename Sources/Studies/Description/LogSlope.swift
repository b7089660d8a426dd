import Glibc

/// The slope of the logarithms of figures over numbers, by least squares.
enum LogSlope {
  /// The slope of ln `figures` over `numbers`, one for each figure.
  static func of(_ figures: [Double], over numbers: [Double]) -> Double {
    let values = figures.map { log($0) }
    let count = Double(numbers.count)
    let (meanX, meanY) = (numbers.reduce(0, +) / count, values.reduce(0, +) / count)
    let products = zip(numbers, values).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
    return products / numbers.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
  }
}
