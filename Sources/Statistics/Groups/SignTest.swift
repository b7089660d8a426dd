import Glibc

/// The exact two-sided sign test of paired differences: how likely a split of signs at least as uneven is by chance.
///
/// Under the hypothesis that both signs are as likely, the number of positive ones among n is binomial(n, 1/2); ties are
/// left out. Source: W. J. Conover, "Practical Nonparametric Statistics", 3rd edition, section 3.4.
public struct SignTest: Sendable, Equatable {
  /// How many differences are above 0.
  public let positiveCount: Int
  /// How many differences are below 0.
  public let negativeCount: Int
  /// How many differences are 0.
  public let tieCount: Int

  /// Counts the signs of `differences`; NaNs count as nothing.
  public init(_ differences: some Sequence<Double>) {
    var (positive, negative, ties) = (0, 0, 0)
    for difference in differences {
      if difference > 0 {
        positive += 1
      } else if difference < 0 {
        negative += 1
      } else if difference == 0 {
        ties += 1
      }
    }
    (positiveCount, negativeCount, tieCount) = (positive, negative, ties)
  }

  /// The probability of a split at least as uneven, 1 where there are only ties.
  public var pValue: Double {
    SignTest.pValue(fewer: min(positiveCount, negativeCount), of: positiveCount + negativeCount)
  }

  /// The probability where all differences have one sign: no smaller one can come of so many pairs.
  public var smallestPValue: Double {
    SignTest.pValue(fewer: 0, of: positiveCount + negativeCount)
  }

  /// 2·P(X ≤ fewer), at most 1, of a binomial X of `count` trials.
  private static func pValue(fewer: Int, of count: Int) -> Double {
    // C(count, fewer) / 2^count, halved on the way so that it neither overflows nor vanishes.
    var (term, halvings) = (1.0, count)
    for factor in 0..<fewer {
      term *= Double(count - factor) / Double(factor + 1)
      while term > 1 && halvings > 0 {
        term /= 2
        halvings -= 1
      }
    }
    term = scalbn(term, -halvings)
    var sum = 0.0
    for number in stride(from: fewer, through: 0, by: -1) {
      sum += term
      term *= Double(number) / Double(count - number + 1)
    }
    return min(1, 2 * sum)
  }
}
