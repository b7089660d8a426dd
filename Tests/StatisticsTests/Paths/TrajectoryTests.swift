import Glibc
import Statistics
import TestSupport
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
    var generator = SplitMix64(seed: 4)
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

/// The moments of 60 rows.
func moments(_ mean: [Float], _ variance: [Float]) -> FeatureMoments {
  FeatureMoments(count: 60, mean: mean, variance: variance)
}
