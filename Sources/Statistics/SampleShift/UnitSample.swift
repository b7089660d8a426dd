/// The numbers of one unit in a sample, made ready for drawing examples from it many times.
struct UnitSample {
  /// What the numbers of some examples come to.
  struct Summary {
    /// The mean, in standard deviations of the reference from its mean.
    let mean: Double
    /// The biased variance, in variances of the reference.
    let variance: Double
    /// How many numbers are in each bin.
    let counts: [Int]
  }

  /// The sum of the numbers of each example, in standard deviations of the reference from its mean.
  private let sums: [Double]
  /// The sum of their squares.
  private let squares: [Double]
  /// The bin of each example's number, where it has but one; else empty.
  private let bins: [UInt8]
  /// How many numbers of each example are in each bin, [examples, bins]; empty where it has but one.
  private let counts: [Int32]
  private let binCount: Int
  private let positions: Int

  /// Takes in the numbers of a unit, [examples · positions].
  ///
  /// - Parameters:
  ///   - column: the numbers.
  ///   - positions: how many of them an example has.
  ///   - binning: the bins of the reference.
  ///   - center: the mean of the reference.
  ///   - scale: one over its standard deviation.
  init(
    _ column: [Float], positions: Int, binning: ReferenceBins, center: Double, scale: Double
  ) {
    let count = column.count / positions
    var sums = [Double](repeating: 0, count: count)
    var squares = sums
    var bins = [UInt8](repeating: 0, count: positions == 1 ? count : 0)
    var counts = [Int32](repeating: 0, count: positions == 1 ? 0 : count * binning.count)
    for example in 0..<count {
      for value in column[example * positions..<(example + 1) * positions] {
        let standardized = (Double(value) - center) * scale
        sums[example] += standardized
        squares[example] += standardized * standardized
        let bin = binning.bin(of: Double(value))
        if positions == 1 {
          bins[example] = UInt8(bin)
        } else {
          counts[example * binning.count + bin] += 1
        }
      }
    }
    self.sums = sums
    self.squares = squares
    self.bins = bins
    self.counts = counts
    binCount = binning.count
    self.positions = positions
  }

  /// The number of examples.
  var count: Int { sums.count }

  /// What all examples come to.
  var summary: Summary { summary(of: Array(0..<Int32(count))) }

  /// What the examples `draw`, which may name one several times, come to.
  ///
  /// - Precondition: `draw` is not empty.
  func summary(of draw: [Int32]) -> Summary {
    let sums = sums.span
    let squares = squares.span
    let draw = draw.span
    var (sum, square) = (0.0, 0.0)
    for index in 0..<draw.count {
      let example = Int(draw[index])
      sum += sums[example]
      square += squares[example]
    }
    let rows = Double(draw.count * positions)
    let mean = sum / rows
    return Summary(
      mean: mean, variance: max(0, square / rows - mean * mean), counts: binCounts(of: draw))
  }

  private func binCounts(of draw: Span<Int32>) -> [Int] {
    var total = [Int](repeating: 0, count: binCount)
    var totals = total.mutableSpan
    if positions == 1 {
      let bins = bins.span
      for index in 0..<draw.count { totals[Int(bins[Int(draw[index])])] += 1 }
    } else {
      let counts = counts.span
      for index in 0..<draw.count {
        let row = counts.extracting(
          Int(draw[index]) * binCount..<(Int(draw[index]) + 1) * binCount)
        for bin in 0..<row.count { totals[bin] += Int(row[bin]) }
      }
    }
    return total
  }
}
