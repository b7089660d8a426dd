import RunModel
import RunStore
import ShiftAnalysis
import Testing

@Suite("A loss landscape")
struct LossLandscapeTests {
  private func point(
    _ step: Int, _ length: Double, loss: Double, norm: Double, _ difference: Double
  )
    -> LandscapeRecord
  {
    LandscapeRecord(
      step: step, stepLength: length, loss: loss, gradientNorm: norm, differenceNorm: difference)
  }

  @Test("is summed up by its loss range, gradient predictiveness and effective smoothness")
  func summary() throws {
    let records = [
      point(7, 0, loss: 2, norm: 4, 0), point(7, 0.5, loss: 1.5, norm: 3, 1),
      point(7, 1, loss: 1, norm: 2, 6), point(7, 2, loss: 9, norm: 1, 8),
    ]
    let landscape = try #require(LossLandscape.each(of: records).first)
    #expect(landscape.step == 7)
    #expect(landscape.start == records[0])
    // Where the step began is not on the way.
    #expect(landscape.points == Array(records[1...]))
    #expect(landscape.lowestLoss == 1)
    #expect(landscape.highestLoss == 9)
    #expect(landscape.gradientPredictiveness == 8)
    // 1 / (0.5 · 4) = 0.5, 6 / 4 = 1.5, 8 / 8 = 1.
    #expect(landscape.effectiveSmoothness == 1.5)
    #expect(landscape.smoothnessLength == 1)
    #expect(landscape.inverseOfSmallestLength == 2)
  }

  @Test("is one of each step that has a start and a point beside it")
  func grouping() {
    let records = [
      point(0, 0, loss: 1, norm: 1, 0), point(0, 1, loss: 1, norm: 1, 1),
      point(5, 0, loss: 1, norm: 1, 0), point(6, 1, loss: 1, norm: 1, 0),
      point(9, 0, loss: 3, norm: 1, 0), point(9, 2, loss: 1, norm: 1, 1),
    ]
    #expect(LossLandscape.each(of: records).map(\.step) == [0, 9])
    #expect(LossLandscape.each(of: []) == [])
  }

  @Test("tells of a point that is not a number, wherever it is", arguments: 0..<3)
  func notANumber(place: Int) throws {
    let records = (0..<3).map {
      point(0, Double($0 + 1), loss: $0 == place ? .nan : 1, norm: 1, $0 == place ? .nan : 2)
    }
    let start = point(0, 0, loss: 1, norm: 1, 0)
    let landscape = try #require(LossLandscape.each(of: [start] + records).first)
    #expect(landscape.lowestLoss.isNaN && landscape.highestLoss.isNaN)
    #expect(landscape.gradientPredictiveness.isNaN && landscape.effectiveSmoothness.isNaN)
    #expect(landscape.smoothnessLength == Double(place + 1))
  }
}
