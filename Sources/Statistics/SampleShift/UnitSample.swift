/// The numbers of one unit in two samples, prepared for many exchanges of examples between them.
struct UnitSample {
  /// The moments and the histogram of some examples.
  struct Summary {
    /// The mean, in standard deviations of the reference from its mean.
    let mean: Double
    /// The biased variance, in variances of the reference.
    let variance: Double
    /// The number of numbers in each bin.
    let counts: [Int]
  }

  /// The sum of the numbers of each example, in standard deviations of the reference from its mean.
  private let sums: [Double]
  /// The sum of the squares of these numbers.
  private let squares: [Double]
  /// The bin of each example's number, where examples have one number; otherwise empty.
  private let bins: [UInt8]
  /// The number of each example's numbers in each bin, [examples, bins]; empty where examples have one number.
  private let counts: [Int32]
  private let binCount: Int
  private let positions: Int
  /// The sums over all examples.
  private var total: Sums

  /// Prepares the numbers of a unit, [examples · positions], the reference's first.
  ///
  /// - Parameters:
  ///   - column: the numbers.
  ///   - positions: the number of numbers of an example.
  ///   - binning: the bins of both samples.
  ///   - center: the mean of the reference.
  ///   - scale: 1 over the standard deviation of the reference.
  init(
    _ column: [Float], positions: Int, binning: PooledBins, center: Double, scale: Double
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
    total = .none
    total = Sums(self, (0..<Int32(count)).map { $0 })
  }

  /// The summary of the examples `range`.
  ///
  /// - Precondition: `range` is not empty.
  func summary(of range: Range<Int>) -> Summary {
    Sums(self, range.map { Int32($0) }).summary(positions: positions)
  }

  /// The summaries of reference and target after an exchange that leaves the examples `draw` in the smaller of them.
  func split(_ draw: [Int32], _ plan: ResamplingPlan) -> (reference: Summary, target: Summary) {
    let drawn = Sums(self, draw)
    let rest = total.subtracting(drawn)
    let (reference, target) = plan.drawsTarget ? (rest, drawn) : (drawn, rest)
    return (reference.summary(positions: positions), target.summary(positions: positions))
  }

  /// The sums over some examples.
  private struct Sums {
    var count = 0
    var sum = 0.0
    var square = 0.0
    var counts: [Int]

    static let none = Sums(counts: [])

    private init(counts: [Int]) { self.counts = counts }

    init(_ sample: borrowing UnitSample, _ draw: [Int32]) {
      count = draw.count
      counts = Array(repeating: 0, count: sample.binCount)
      let draw = draw.span
      let sums = sample.sums.span
      let squares = sample.squares.span
      for index in 0..<draw.count {
        let example = Int(draw[index])
        sum += sums[example]
        square += squares[example]
      }
      var totals = counts.mutableSpan
      if sample.positions == 1 {
        let bins = sample.bins.span
        for index in 0..<draw.count { totals[Int(bins[Int(draw[index])])] += 1 }
      } else {
        let counts = sample.counts.span
        let binCount = sample.binCount
        for index in 0..<draw.count {
          let start = Int(draw[index]) * binCount
          let row = counts.extracting(start..<start + binCount)
          for bin in 0..<binCount { totals[bin] += Int(row[bin]) }
        }
      }
    }

    func subtracting(_ other: Sums) -> Sums {
      var rest = self
      rest.count -= other.count
      rest.sum -= other.sum
      rest.square -= other.square
      for bin in counts.indices { rest.counts[bin] -= other.counts[bin] }
      return rest
    }

    func summary(positions: Int) -> Summary {
      let rows = Double(count * positions)
      let mean = sum / rows
      return Summary(mean: mean, variance: max(0, square / rows - mean * mean), counts: counts)
    }
  }
}
