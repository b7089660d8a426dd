import Glibc
import Statistics
import Testing

@Suite("The way of a distribution")
struct TrajectoryTests {
  @Test("a straight line is as long as its displacement, however its steps are spaced")
  func straightLine() {
    var trajectory = Trajectory(of: .w2, features: 2, epsilon: 0)
    for step in [0, 1, 3, 7, 20, 21, 50] {
      // W2 is the distance in the plane of mean and deviation.
      let way = Float(step)
      let deviation = 1 + 0.75 * way
      trajectory.add(moments([way, -2], [deviation * deviation, 4]), at: step)
    }
    #expect(isClose(trajectory.pathLength[0], 62.5, relative: 1e-7))
    #expect(isClose(trajectory.displacement[0], 62.5, relative: 1e-7))
    #expect(isClose(trajectory.tortuosity[0], 1, relative: 1e-7))
    #expect(isClose(trajectory.velocity?[0] ?? .nan, 1.25, relative: 1e-6))
    #expect(trajectory.pathLength[1] == 0 && trajectory.tortuosity[1].isNaN)
    #expect(trajectory.firstStep == 0 && trajectory.lastStep == 50)
    #expect(trajectory.spacing == 1...29)
  }

  @Test("a circle is as long as the polygon in it, and half of one is π/2 tortuous")
  func circle() {
    var trajectory = Trajectory(of: .w2, features: 1, epsilon: 1e-3)
    let sides = 200
    func add(_ index: Int) {
      let angle = 2 * Double.pi * Double(index) / Double(sides)
      let deviation = 5 + 2 * sin(angle)
      trajectory.add(
        moments([Float(2 * cos(angle))], [Float(deviation * deviation)]), at: 10 * index)
    }
    let side = 4 * sin(Double.pi / Double(sides))
    for index in 0...sides / 2 { add(index) }
    #expect(isClose(trajectory.pathLength[0], 100 * side, relative: 1e-6))
    #expect(isClose(trajectory.displacement[0], 4, relative: 1e-6))
    #expect(isClose(trajectory.tortuosity[0], Double.pi / 2, relative: 1e-4))
    for index in sides / 2 + 1...sides { add(index) }
    #expect(isClose(trajectory.pathLength[0], 200 * side, relative: 1e-6))
    #expect(trajectory.displacement[0] < 1e-5 && trajectory.tortuosity[0] > 1e5)
    #expect(trajectory.spacing == 10...10)
  }

  @Test(
    "no path is shorter than its displacement, in any metric",
    arguments: ShiftMeasure.allCases.filter(\.isMetric))
  func metrics(measure: ShiftMeasure) {
    var generator = TestGenerator(seed: 4)
    var trajectory = Trajectory(of: measure, features: 3, epsilon: 1e-3)
    for step in 0..<50 {
      trajectory.add(
        moments(
          (0..<3).map { _ in Float(generator.normal()) },
          (0..<3).map { _ in Float(exp(generator.normal())) }), at: step)
      if step > 0 { #expect(trajectory.tortuosity.allSatisfy { $0 > 1 - 1e-12 }) }
    }
    #expect(trajectory.tortuosity.allSatisfy { $0 > 5 })
  }

  @Test("a NaN stays in its own feature, and one record is no way")
  func undefined() {
    var trajectory = Trajectory(of: .w1, features: 2, epsilon: 0)
    #expect(trajectory.velocity == nil && trajectory.spacing == nil && trajectory.lastStep == nil)
    trajectory.add(moments([1, .nan], [1, 1]), at: 4)
    #expect(trajectory.velocity == nil && trajectory.spacing == nil && trajectory.lastStep == 4)
    #expect(trajectory.pathLength == [0, 0] && trajectory.displacement == [0, 0])
    trajectory.add(moments([3, 2], [1, 1]), at: 6)
    #expect(trajectory.pathLength[0] == 2 && trajectory.velocity?[0] == 1)
    #expect(trajectory.pathLength[1].isNaN && trajectory.displacement[1].isNaN)
  }

  @Test("what has no length, and steps out of order, stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = Trajectory(of: .normalizedW2, features: 1, epsilon: 0)
    }
    await #expect(processExitsWith: .failure) {
      var trajectory = Trajectory(of: .w2, features: 1, epsilon: 0)
      trajectory.add(FeatureMoments(count: 1, mean: [0], variance: [1]), at: 3)
      trajectory.add(FeatureMoments(count: 1, mean: [0], variance: [1]), at: 3)
    }
  }
}

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
    var generator = TestGenerator(seed: 3)
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
    var generator = TestGenerator(seed: 6)
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

@Suite("The settling step")
struct SettlingStepTests {
  @Test("an exponential decay settles when it is down to the fraction")
  func decay() {
    let distances = (0...100).map { (step: 10 * $0, value: 7 * exp(-Double($0) / 8)) }
    // 8·ln 20 = 23.97.
    #expect(SettlingStep.of(distances, within: 0.05) == 240)
    #expect(SettlingStep.of(distances, within: 1) == 0)
    #expect(SettlingStep.of(distances, within: 0) == nil)
  }

  @Test("a step that only comes near is not the one, only where all later ones stay")
  func overshoot() {
    let values = [4.0, 0.1, 3, 0.4, 0.3, 0.4, 0]
    let distances = values.enumerated().map { (step: $0.offset, value: $0.element) }
    #expect(SettlingStep.of(distances, within: 0.1) == 3)
    #expect(SettlingStep.of(distances, within: 0.0999) == 6)
    #expect(SettlingStep.of(distances, within: 0.75) == 1)
  }

  @Test("nothing, what never moved and what is undefined")
  func degenerate() {
    #expect(SettlingStep.of([], within: 0.1) == nil)
    #expect(SettlingStep.of([(5, 0), (6, 0)], within: 0.1) == 5)
    #expect(SettlingStep.of([(5, 0), (6, 1), (7, 0)], within: 0.1) == 7)
    #expect(SettlingStep.of([(5, 1), (6, .nan), (7, 0)], within: 0.1) == 7)
    #expect(SettlingStep.of([(5, .nan), (6, 0), (7, 0)], within: 0.1) == nil)
  }
}

private func moments(_ mean: [Float], _ variance: [Float]) -> FeatureMoments {
  FeatureMoments(count: 60, mean: mean, variance: variance)
}
