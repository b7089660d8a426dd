import Statistics
import Testing

@Suite("The sign test")
struct SignTestTests {
  static func test(positive: Int, negative: Int, ties: Int = 0) -> SignTest {
    SignTest(
      Array(repeating: 0.5, count: positive) + Array(repeating: -2, count: negative)
        + Array(repeating: 0, count: ties))
  }

  @Test(
    "It has the values of scipy 1.17.1's binomtest(k, n, 0.5)",
    arguments: [
      (0, 1, 1.0), (0, 3, 0.25), (1, 6, 0.21875), (2, 9, 0.1796875), (5, 10, 1.0),
      (3, 17, 0.012725830078125), (40, 100, 0.05688793364098089),
      (430, 1000, 1.0709737664959605e-05), (980, 2000, 0.38317685533523654),
    ])
  func goldens(fewer: Int, count: Int, expected: Double) {
    for (positive, negative) in [(fewer, count - fewer), (count - fewer, fewer)] {
      let value = Self.test(positive: positive, negative: negative, ties: 3).pValue
      #expect(abs(value - expected) <= 1e-10 * expected)
    }
  }

  @Test("It counts signs; ties and NaNs say nothing")
  func signs() {
    let test = SignTest([1, -1, 0, -0.0, .nan, 3, .infinity])
    #expect(test.positiveCount == 3 && test.negativeCount == 1 && test.tieCount == 2)
    #expect(SignTest([0, 0, .nan]).pValue == 1 && SignTest([]).smallestPValue == 1)
  }

  @Test("Six pairs are the fewest that can come below 0.05")
  func smallest() {
    #expect(Self.test(positive: 3, negative: 2).smallestPValue == 0.0625)
    #expect(Self.test(positive: 3, negative: 3).smallestPValue == 0.03125)
    #expect(Self.test(positive: 6, negative: 0).pValue == 0.03125)
  }

  @Test("Of n pairs with one sign it is 2/2^n, with one against the others 2(n + 1)/2^n")
  func closedForms() {
    #expect(Self.test(positive: 1, negative: 0).pValue == 1)
    for count in 3...50 {
      let unit = 1 / Double(1 << (count - 1))
      #expect(Self.test(positive: count, negative: 0).pValue == unit)
      let one = Self.test(positive: 1, negative: count - 1).pValue
      #expect(abs(one - min(1, Double(count + 1) * unit)) <= 1e-14 * one)
    }
    // An even split, or one off it, is as even as can be.
    for count in [2, 4, 7, 100, 2001] {
      let even = Self.test(positive: count / 2, negative: (count + 1) / 2).pValue
      #expect(abs(even - 1) <= 1e-13)
    }
  }
}
