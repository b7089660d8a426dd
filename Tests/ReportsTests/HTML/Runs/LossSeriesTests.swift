import RunModel
import Testing

@testable import Reports

@Suite("The loss of many steps")
struct LossSeriesTests {
  @Test("Few steps are drawn one by one")
  func few() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("few")
    try runs.steps(0..<400, recorder) { Double($0) }
    try recorder.end(.finished)
    let series = try LossSeries(of: runs.database.run("few"), runs.database)
    #expect(series.stepsPerPoint == 1 && series.range.isEmpty)
    #expect(series.points.map(\.value) == (0..<400).map { Double($0) })
  }

  @Test(
    "Of many, equal numbers of steps are one point: their mean, at the middle, with their range")
  func many() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("many")
    // Of each three steps one is not finite; the last point has one step, which is not.
    try runs.steps(0..<1000, recorder) { $0.isMultiple(of: 3) ? .infinity : Double($0) }
    try recorder.end(.finished)
    let series = try LossSeries(of: runs.database.run("many"), runs.database)
    #expect(series.stepsPerPoint == 3 && series.points.count == 334)
    #expect(series.points[1] == LineChart.Point(step: 4, value: 4.5))
    #expect(series.range[1].step == 4 && series.range[1].low == 4 && series.range[1].high == 5)
    #expect(series.points[333] == LineChart.Point(step: 999, value: nil))
    #expect(series.gapCount == 334)
  }

  @Test("Losses whose sum is infinite have a mean")
  func large() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("large")
    try runs.steps(0..<800, recorder) { _ in 9e299 }
    try recorder.end(.finished)
    let series = try LossSeries(of: runs.database.run("large"), runs.database)
    #expect(series.points.allSatisfy { abs(($0.value ?? 0) / 9e299 - 1) < 1e-12 })
  }
}
