import Statistics
import Testing

@Suite("The shift measures' formulas")
struct ShiftMeasureOracleTests {
  static let pairs: [(Gaussian, Gaussian)] = [
    (Gaussian(mean: 0, variance: 1), Gaussian(mean: 0.3, variance: 1)),
    (Gaussian(mean: 0, variance: 1), Gaussian(mean: 0, variance: 2.25)),
    (Gaussian(mean: -2, variance: 0.09), Gaussian(mean: 1.5, variance: 4)),
    (Gaussian(mean: 40, variance: 7), Gaussian(mean: 40.001, variance: 7.01)),
    (Gaussian(mean: 1e-3, variance: 1e-6), Gaussian(mean: -2e-3, variance: 9e-6)),
  ]

  @Test("squared W2 is the integral of the squared difference of quantiles", arguments: pairs)
  func squaredW2(first: Gaussian, second: Gaussian) {
    let integral = first.squaredW2(to: second)
    #expect(isClose(value(.squaredW2, first, second), integral, relative: 1e-10))
  }

  @Test("normalized W2 is that integral's root over the reference's sd", arguments: pairs)
  func normalizedW2(first: Gaussian, second: Gaussian) {
    let distance = first.squaredW2(to: second).squareRoot()
    let epsilon = 1e-3
    #expect(
      isClose(
        value(.normalizedW2, first, second, epsilon: epsilon),
        distance / (first.variance + epsilon).squareRoot(), relative: 1e-10))
  }

  @Test("Jeffreys is the sum of the divergences in both directions", arguments: pairs)
  func jeffreys(first: Gaussian, second: Gaussian) {
    let integral = first.divergence(from: second) + second.divergence(from: first)
    let size = abs(first.divergence(from: second)) + abs(second.divergence(from: first))
    #expect(isClose(value(.jeffreys, first, second), integral, relative: 1e-10, scale: size))
  }

  @Test("Jeffreys adds epsilon to both variances")
  func jeffreysEpsilon() {
    let first = Gaussian(mean: 0, variance: 1)
    let second = Gaussian(mean: 0.5, variance: 2)
    let floored = (
      Gaussian(mean: 0, variance: 1.25), Gaussian(mean: 0.5, variance: 2.25)
    )
    let integral =
      floored.0.divergence(from: floored.1) + floored.1.divergence(from: floored.0)
    #expect(
      isClose(value(.jeffreys, first, second, epsilon: 0.25), integral, relative: 1e-10))
  }

  @Test("all measures give scipy's numbers", arguments: Golden.measures)
  func goldenNumbers(golden: Golden) {
    let input = golden.input
    for (measure, expected) in zip(ShiftMeasure.allCases, golden.expected) {
      let value = measure.value(
        referenceMean: input[0], referenceVariance: input[1], mean: input[2], variance: input[3],
        epsilon: input[4])
      #expect(
        isClose(value, expected, relative: 1e-10, scale: 1e-6), "\(measure.rawValue) of \(input)")
    }
  }

  @Test(
    "tiny, huge and very unequal moments lose no digits, nor do the smallest shifts",
    arguments: Golden.hardMeasures)
  func hardNumbers(golden: Golden) {
    let input = golden.input
    for (measure, expected) in zip(ShiftMeasure.allCases, golden.expected) {
      let value = measure.value(
        referenceMean: input[0], referenceVariance: input[1], mean: input[2], variance: input[3],
        epsilon: input[4])
      // W2 takes the difference of rounded deviations, the logarithm is that of a rounded ratio.
      let relative =
        switch measure {
        case .normalizedW2, .squaredW2, .w2: 1e-10
        case .jensenShannon: 1e-11
        default: 1e-14
        }
      let scale = measure == .logVarianceRatio ? 1 : 0.0
      #expect(
        isClose(value, expected, relative: relative, scale: scale),
        "\(measure.rawValue) of \(input): \(value), not \(expected)")
    }
  }

  @Test("there are thirty rows of golden numbers and nineteen hard ones, fifteen numbers each")
  func goldenTable() {
    #expect(ShiftMeasure.allCases.count == 15)
    #expect(Golden.measures.count == 30 && Golden.hardMeasures.count == 19)
    let rows = Golden.measures + Golden.hardMeasures
    #expect(rows.allSatisfy { $0.input.count == 5 && $0.expected.count == 15 })
  }
}

/// The measure's shift from one Gaussian to another.
func value(
  _ measure: ShiftMeasure, _ reference: Gaussian, _ current: Gaussian, epsilon: Double = 0
) -> Double {
  measure.value(
    referenceMean: reference.mean, referenceVariance: reference.variance, mean: current.mean,
    variance: current.variance, epsilon: epsilon)
}
