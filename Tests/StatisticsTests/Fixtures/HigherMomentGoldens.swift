// Written by Tests/Oracles/higher_moments.py; don't edit.

/// Rows of the tests' generator, and their mean, variance, skewness and kurtosis.
struct HigherMomentGolden: Sendable {
  let seed: UInt64
  let count: Int
  let offset: Double
  let expected: [Double]

  static let all: [HigherMomentGolden] = [
    HigherMomentGolden(
      seed: 1, count: 2, offset: 0.0,
      expected: [
        0.2804421931505203,
        0.01685760564900307,
        0.0,
        1.0,
      ]),
    HigherMomentGolden(
      seed: 2, count: 7, offset: -3.0,
      expected: [
        -2.8855315276554654,
        0.007454916152512999,
        0.323600210206099,
        2.0208884150929944,
      ]),
    HigherMomentGolden(
      seed: 3, count: 60, offset: 10.0,
      expected: [
        10.116888507207234,
        0.016619501945130094,
        1.436061357019771,
        4.137405800262722,
      ]),
    HigherMomentGolden(
      seed: 4, count: 1000, offset: 0.0,
      expected: [
        0.1191105848445086,
        0.01914511136590792,
        1.6995735849165483,
        5.836134288470588,
      ]),
    HigherMomentGolden(
      seed: 5, count: 1000, offset: 100.0,
      expected: [
        100.1208698501587,
        0.020230677063145616,
        1.8023724747905498,
        6.46641742037955,
      ]),
    HigherMomentGolden(
      seed: 6, count: 500, offset: 10000.0,
      expected: [
        10000.116884765624,
        0.018736123943328856,
        1.853566535754291,
        6.780074100529074,
      ]),
  ]
}
