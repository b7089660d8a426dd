import Glibc
import Statistics
import TestSupport
import Testing

@Suite("The lag curve")
struct LagCurveTests {
  @Test("steady drift grows with the square of the lag, without a nugget")
  func steadyDrift() throws {
    var curve = LagCurve(of: .squaredW2, longest: 5, features: 1, epsilon: 0)
    for step in 0..<30 { curve.add(moments([Float(step) / 4], [1])) }
    for lag in 1...5 {
      #expect(try #require(curve.mean(atLag: lag)) == [Double(lag * lag) / 16])
    }
    #expect(curve.nugget == [2.0 / 16 - 4.0 / 16])
  }

  @Test("the nugget of a random walk under sampling noise is the noise's floor")
  func randomWalk() throws {
    var generator = SplitMix64(seed: 3)
    let features = 400
    var curve = LagCurve(of: .squaredW2, longest: 4, features: features, epsilon: 0)
    var position = [Double](repeating: 0, count: features)
    for _ in 0..<100 {
      for feature in position.indices { position[feature] += 0.05 * generator.normal() }
      // Means of 60 rows of variance 1 whose variance is known: the location's part of the floor.
      let mean = position.map { Float($0 + generator.normal() / 60.0.squareRoot()) }
      curve.add(moments(mean, [Float](repeating: 1, count: features)))
    }
    func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(features) }
    let floor = 2.0 / 60
    #expect(isClose(average(try #require(curve.nugget)), floor, relative: 0.03))
    for lag in 1...4 {
      let expected = floor + 0.0025 * Double(lag)
      #expect(isClose(average(try #require(curve.mean(atLag: lag))), expected, relative: 0.03))
    }
  }

  @Test("each lag is the mean over all pairs of records so far apart, feature by feature")
  func allPairs() throws {
    var generator = SplitMix64(seed: 6)
    let records = (0..<9).map { _ in
      moments([Float(generator.normal()), .nan], [Float(exp(generator.normal())), 1])
    }
    var curve = LagCurve(of: .jeffreys, longest: 8, features: 2, epsilon: 1e-3)
    #expect(curve.mean(atLag: 1) == nil && curve.nugget == nil)
    for record in records { curve.add(record) }
    for lag in 1...8 {
      let pairs = (0..<9 - lag).map {
        ShiftMeasure.jeffreys.shift(from: records[$0], to: records[$0 + lag], epsilon: 1e-3)[0]
      }
      let mean = try #require(curve.mean(atLag: lag))
      #expect(isClose(mean[0], pairs.reduce(0, +) / Double(9 - lag), relative: 1e-14))
      #expect(mean[1].isNaN)
    }
  }

  @Test("a lag that is not kept stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = LagCurve(of: .squaredW2, longest: 2, features: 1, epsilon: 0).mean(atLag: 3)
    }
    await #expect(processExitsWith: .failure) {
      _ = LagCurve(of: .squaredW2, longest: 0, features: 1, epsilon: 0)
    }
  }
}
