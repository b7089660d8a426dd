import Glibc
import SQLite
import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("The check of batch norm's output")
struct NormalizedCheckTests {
  static let epsilon: Float = 1e-3
  static let width = 4
  static let rows = 50
  static func reader(derivesNormalized: Bool?) -> Site {
    Site(
      layer: 2, tap: .preactivation, population: .batch, statistics: .batch, width: width,
      epsilon: Double(epsilon), derivesNormalized: derivesNormalized)
  }
  static let output = Site(
    layer: 2, tap: .normalized, population: .batch, statistics: .batch, width: width)

  /// The mean and the biased variance of each feature, in two passes.
  static func moments(_ rows: [[Float]]) -> (mean: [Float], variance: [Float]) {
    let count = Double(rows.count)
    let means = (0..<width).map { unit in rows.reduce(0) { $0 + Double($1[unit]) } / count }
    let variances = (0..<width).map { unit in
      rows.reduce(0) { $0 + (Double($1[unit]) - means[unit]) * (Double($1[unit]) - means[unit]) }
        / count
    }
    return (means.map { Float($0) }, variances.map { Float($0) })
  }

  /// What a check finds in a run of batches that went through batch norm in float32, whose output was then changed.
  func findings(
    derivesNormalized: Bool? = true, change: (inout [[Float]]) -> Void = { _ in }
  ) throws -> [CheckFinding] {
    let folder = try TemporaryFolder()
    let database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    var generator = SplitMix64(seed: 1)
    let recorder = try RunRecorder(
      database: database, run: NewRun(name: "run"))
    // Features that are ordinary, dead, far from zero beside their deviation, and nearly dead.
    let (centers, scales): ([Float], [Float]) = ([0.5, 2, 300, 0], [1, 0, 0.5, 0.02])
    for step in 0..<40 {
      let gamma = (0..<Self.width).map { _ in Float.random(in: -2..<2, using: &generator) }
      let beta = (0..<Self.width).map { _ in Float.random(in: -2..<2, using: &generator) }
      let rows = (0..<Self.rows).map { _ in
        (0..<Self.width).map {
          centers[$0] + scales[$0] * Float.random(in: -1..<1, using: &generator)
        }
      }
      let (mean, variance) = Self.moments(rows)
      var outputs = rows.map { row in
        (0..<Self.width).map { unit in
          gamma[unit] * (row[unit] - mean[unit]) / (variance[unit] + Self.epsilon).squareRoot()
            + beta[unit]
        }
      }
      if step == 17 { change(&outputs) }
      recorder.record(
        Self.reader(derivesNormalized: derivesNormalized), step: step, count: Self.rows, mean: mean,
        variance: variance,
        affine: (gamma, beta))
      let handedOn = Self.moments(outputs)
      recorder.record(
        Self.output, step: step, count: Self.rows, mean: handedOn.mean, variance: handedOn.variance)
      try recorder.record(SampleRun.step(step))
    }
    try recorder.end(.finished)
    var findings: [CheckFinding] = []
    try database.check { findings.append($0) }
    return findings
  }

  /// Adds to feature 0 of every row.
  static func shift(_ rows: inout [[Float]]) { for row in rows.indices { rows[row][0] += 0.01 } }
  /// Spreads feature 2.
  static func spread(_ rows: inout [[Float]]) {
    let mean = moments(rows).mean[2]
    for row in rows.indices { rows[row][2] = mean + (rows[row][2] - mean) * 1.5 }
  }

  @Test("Rounding of batch norm to float32 is no fault")
  func good() throws {
    #expect(try findings() == [])
  }

  @Test("Output that does not follow from gamma, beta and the input is a fault", arguments: [0, 2])
  func changed(feature: Int) throws {
    let found = try findings(change: feature == 0 ? Self.shift : Self.spread)
    #expect(found.map(\.rule) == ["normalized"])
    #expect(
      found.first?.message.hasPrefix("layer 2 normalized, step 17: unit \(feature + 1) ") == true,
      "\(found)")
  }

  @Test("Layers whose output does not follow, or may not, are left alone", arguments: [false, nil])
  func others(derivesNormalized: Bool?) throws {
    #expect(try findings(derivesNormalized: derivesNormalized, change: Self.shift) == [])
  }
}
