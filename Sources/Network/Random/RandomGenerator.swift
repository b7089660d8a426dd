import Glibc

/// xoshiro256** seeded through SplitMix64: the one source of randomness of the training core.
///
/// The same seed and stream give the same numbers on every machine. A stream is an independent
/// sequence of the same seed, so that initial weights do not depend on how many numbers the
/// shuffling drew. Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators".
package struct RandomGenerator: RandomNumberGenerator, Sendable, Equatable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// Makes the generator of `stream` under `seed`.
  package init(seed: UInt64, stream: UInt64 = 0) {
    var splitMix = seed &+ stream &* 0xD1B5_4A32_D192_ED03
    func next() -> UInt64 {
      splitMix &+= 0x9E37_79B9_7F4A_7C15
      var z = splitMix
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
    state = (next(), next(), next(), next())
  }

  package mutating func next() -> UInt64 {
    func rotateLeft(_ x: UInt64, _ k: UInt64) -> UInt64 { (x << k) | (x >> (64 - k)) }
    let result = rotateLeft(state.1 &* 5, 7) &* 9
    let t = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= t
    state.3 = rotateLeft(state.3, 45)
    return result
  }

  /// A number drawn uniformly from [0, 1), on a grid of 2⁻⁵³.
  package mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number drawn from the standard normal distribution, by the Box–Muller transform.
  package mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  /// A whole number drawn uniformly from 0..<bound, by the high half of a 128-bit product.
  ///
  /// The bias is below bound / 2⁶⁴; unlike `Int.random`, the numbers are the same in every release of Swift.
  package mutating func index(below bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// The numbers 0..<count in a uniformly random order, by the Fisher–Yates shuffle.
  package mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, index(below: last + 1))
    }
    return order
  }

  package static func == (a: RandomGenerator, b: RandomGenerator) -> Bool {
    a.state == b.state
  }
}
