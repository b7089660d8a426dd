import Glibc

/// The exact two-sided sign test of paired differences: the probability of a split of signs at least as uneven.
///
/// Under the hypothesis that both signs are equally likely, the number of positive ones among n is binomial(n, 1/2);
/// ties are left out. Source: W. J. Conover, "Practical Nonparametric Statistics", 3rd edition, section 3.4.
public struct SignTest: Sendable, Equatable {
  /// The number of differences above 0.
  public let positiveCount: Int
  /// The number of differences below 0.
  public let negativeCount: Int
  /// The number of differences that are 0.
  public let tieCount: Int

  /// Counts the signs of `differences`; NaNs are left out.
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

  /// The p-value if all differences had one sign, the smallest one that this number of pairs can give.
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
