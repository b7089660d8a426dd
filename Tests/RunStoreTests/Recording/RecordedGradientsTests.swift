import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Recorded gradient measurements")
struct RecordedGradientsTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  private func shift(_ step: Int, layer: Int) -> GradientShiftRecord {
    GradientShiftRecord(
      step: step, layer: layer, gradientNorm: 2, differenceNorm: Double(layer - 1) / 3,
      cosine: 0.5 - Double(step))
  }

  private func point(_ step: Int, length: Double) -> LandscapeRecord {
    LandscapeRecord(
      step: step, stepLength: length, loss: .infinity, gradientNorm: 1e300, differenceNorm: 0.1)
  }

  @Test("come back as they were, by step and layer or length; NaN stays NaN")
  func roundTrip() throws {
    let (reader, run) = try database.recorded { recorder in
      for step in 0...1 {
        for layer in [2, 1] { recorder.record(shift(step, layer: layer)) }
        for length in [0.5, 0, 0.25] { recorder.record(point(step, length: length)) }
        try recorder.recordSample(step)
      }
      recorder.record(
        GradientShiftRecord(
          step: 2, layer: 1, gradientNorm: 0, differenceNorm: 0, cosine: .nan))
      recorder.record(
        LandscapeRecord(
          step: 2, stepLength: 1, loss: .nan, gradientNorm: .nan, differenceNorm: .nan))
      try recorder.recordSample(2)
    }
    let shifts = try reader.gradientShifts(of: run)
    #expect(
      shifts.dropLast() == [
        shift(0, layer: 1), shift(0, layer: 2), shift(1, layer: 1), shift(1, layer: 2),
      ])
    #expect(shifts[1].relativeDifference == 1.0 / 6)
    let last = try #require(shifts.last)
    #expect(last.cosine.isNaN && last.relativeDifference.isNaN && last.gradientNorm == 0)
    let points = try reader.landscapePoints(of: run)
    #expect(
      points.dropLast()
        == [0, 1].flatMap { step in [0, 0.25, 0.5].map { point(step, length: $0) } })
    #expect(points.last?.loss.isNaN == true && points.last?.differenceNorm.isNaN == true)
  }

  @Test("become visible with the step that they are of")
  func visibility() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    let run = try database.run(recorder.uuid)
    recorder.record(shift(0, layer: 1))
    recorder.record(point(0, length: 0))
    let reader = try RunDatabase(path: folder.file("runs.db"), for: .read)
    #expect(try reader.gradientShifts(of: run) == [])
    #expect(try reader.landscapePoints(of: run) == [])
    try recorder.recordSample(0)
    try recorder.flush()
    #expect(try reader.gradientShifts(of: run).count == 1)
    #expect(try reader.landscapePoints(of: run).count == 1)
    try recorder.end(.finished)
  }

  @Test(
    "are looked at by the check",
    arguments: [
      ("", 0), ("UPDATE gradient_shift SET cosine = 1.5", 2),
      ("UPDATE gradient_shift SET difference_norm = 1 WHERE layer = 1", 1),
      ("UPDATE gradient_shift SET gradient_norm = -1 WHERE layer = 2", 1),
      ("UPDATE landscape SET step_length = -1", 1), ("UPDATE landscape SET gradient_norm = -1", 1),
      ("UPDATE landscape SET loss = NULL, difference_norm = NULL", 0),
    ])
  func check(script: String, count: Int) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for layer in [1, 2] { recorder.record(shift(0, layer: layer)) }
    recorder.record(point(0, length: 0.5))
    try recorder.recordSample(0)
    try recorder.end(.finished)
    try Connection(path: folder.file("runs.db"), access: .readWrite).execute(script)
    var findings: [CheckFinding] = []
    try RunDatabase(path: folder.file("runs.db"), for: .read).check { findings.append($0) }
    #expect(findings.count == count, "\(findings)")
    #expect(findings.allSatisfy { $0.message.hasSuffix(".") })
  }
}
