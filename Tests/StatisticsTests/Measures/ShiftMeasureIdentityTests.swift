import Statistics
import Testing

@Suite("The shift measures' identities")
struct ShiftMeasureIdentityTests {
  static let first = Gaussian(mean: 0.7, variance: 0.4)
  static let second = Gaussian(mean: -1.1, variance: 2.3)

  @Test("equal moments are no shift", arguments: ShiftMeasure.allCases, [0, 1e-3])
  func zero(measure: ShiftMeasure, epsilon: Double) {
    #expect(value(measure, Self.first, Self.first, epsilon: epsilon) == 0)
  }

  @Test(
    "distances and symmetric divergences are the same in both directions",
    arguments: [
      ShiftMeasure.squaredW2, .jeffreys, .w2, .w1, .hellinger, .bhattacharyya, .energy, .fisherRao,
    ], [0, 1e-3])
  func symmetry(measure: ShiftMeasure, epsilon: Double) {
    let there = value(measure, Self.first, Self.second, epsilon: epsilon)
    #expect(there > 0)
    #expect(there == value(measure, Self.second, Self.first, epsilon: epsilon))
  }

  @Test("the Jensen–Shannon divergence is the same in both directions, as far as it is exact")
  func symmetryOfQuadrature() {
    let there = value(.jensenShannon, Self.first, Self.second)
    #expect(isClose(value(.jensenShannon, Self.second, Self.first), there, relative: 1e-12))
  }

  @Test("forward and backward KL change places with the sides and add up to Jeffreys")
  func divergences() {
    let forward = value(.forwardKullbackLeibler, Self.first, Self.second, epsilon: 1e-3)
    let backward = value(.backwardKullbackLeibler, Self.first, Self.second, epsilon: 1e-3)
    #expect(forward > 2 * backward)
    #expect(value(.backwardKullbackLeibler, Self.second, Self.first, epsilon: 1e-3) == forward)
    #expect(
      isClose(
        forward + backward, value(.jeffreys, Self.first, Self.second, epsilon: 1e-3),
        relative: 1e-14))
  }

  @Test("normalized W2 is not the same in both directions")
  func asymmetry() {
    let there = value(.normalizedW2, Self.first, Self.second)
    let back = value(.normalizedW2, Self.second, Self.first)
    let deviations = (Self.second.variance / Self.first.variance).squareRoot()
    #expect(isClose(there / back, deviations, relative: 1e-14))
  }

  @Test("the log variance ratio flips its sign when the sides change places")
  func logRatioSign() {
    let there = value(.logVarianceRatio, Self.first, Self.second, epsilon: 1e-3)
    #expect(there > 0)
    #expect(
      isClose(
        value(.logVarianceRatio, Self.second, Self.first, epsilon: 1e-3), -there, relative: 1e-15))
  }

  @Test("the mean shift is positive where the mean rose and flips its sign with the axis")
  func meanShiftSign() {
    let mirrored = (
      Gaussian(mean: -0.7, variance: 0.4), Gaussian(mean: 1.1, variance: 2.3)
    )
    let fall = value(.meanShift, Self.first, Self.second)
    #expect(fall < 0)
    #expect(value(.meanShift, mirrored.0, mirrored.1) == -fall)
  }

  @Test(
    "an affine map leaves the measures without a unit alone and scales the others by a's power",
    arguments: [(3.0, -5.0), (0.01, 0), (1000, 7)])
  func affineMap(a: Double, b: Double) {
    func mapped(_ x: Gaussian) -> Gaussian {
      Gaussian(mean: a * x.mean + b, variance: a * a * x.variance)
    }
    for measure in ShiftMeasure.allCases {
      let factor =
        switch measure {
        case .squaredW2: a * a
        case .w2, .w1: a
        case .energy: a.squareRoot()
        default: 1.0
        }
      #expect(
        isClose(
          value(measure, mapped(Self.first), mapped(Self.second)),
          factor * value(measure, Self.first, Self.second), relative: 1e-12),
        "\(measure.rawValue)")
    }
  }

  @Test("a small shift keeps its digits", arguments: [ShiftMeasure.squaredW2, .jeffreys])
  func smallShift(measure: ShiftMeasure) {
    // 2⁻³⁰ is exact, and both measures are δ² here.
    let shifted = Gaussian(mean: 0x1p-30, variance: 1)
    #expect(value(measure, Gaussian(mean: 0, variance: 1), shifted) == 0x1p-60)
  }

  @Test("raw values are the names that the command line and the store use")
  func rawValues() {
    #expect(
      ShiftMeasure.allCases.map(\.rawValue) == [
        "nw2", "squared_w2", "mean_shift", "log_var_ratio", "jeffreys", "w2", "w1", "kl_forward",
        "kl_backward", "js", "hellinger", "bhattacharyya", "energy", "mmd", "fisher_rao",
      ])
    #expect(
      ShiftMeasure.standard.map(\.rawValue)
        == ["nw2", "squared_w2", "mean_shift", "log_var_ratio", "jeffreys"])
    #expect(Set(ShiftMeasure.allCases.map(\.title)).count == 15)
    #expect(Set(ShiftMeasure.allCases.map(\.definition)).count == 15)
    #expect(
      ShiftMeasure.allCases.map(\.unit) == [
        "reference sd", "squared units of the tensor", "reference sd", "ln units", "nats",
        "units of the tensor", "units of the tensor", "nats", "nats", "nats", "0 to 1", "nats",
        "square roots of units of the tensor", "0 to 1.26", "square roots of nats",
      ])
  }
}
