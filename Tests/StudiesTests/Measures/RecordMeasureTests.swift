import Glibc
import RunModel
import RunStore
import Studies
import TestSupport
import Testing
import Training

@testable import Studies

/// A run of hand-made records, and what measures say of it.
private struct MadeRecords {
  let folder: TemporaryFolder
  private let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("made.db"), for: .record)
  }

  /// Records three steps with the losses 3, 2 and 1, and what `body` adds.
  func arm(_ body: (RunRecorder) throws -> Void) throws -> RecordedArm {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "made"))
    try body(recorder)
    for step in 0..<3 {
      try recorder.record(
        StepRecord(
          step: step, loss: Double(3 - step), accuracy: nil, learningRate: 0.1, batchSize: 10,
          duration: 0.1))
    }
    try recorder.end(.finished)
    return RecordedArm(
      try database.run(recorder.uuid), in: database, RunConfiguration(), RecordedDatasets())
  }

  /// The measure that an object describes, of an arm that records whatever one needs.
  static func measure(_ members: String) throws -> any StudyMeasure {
    let study = MadeStudy.text.replacing(#"{"kind": "test_accuracy"}"#, with: members)
      .replacing(
        #""layers": [4]"#,
        with:
          #""layers": [4, 4, 4, 4], "gradient_shift_every": 1, "landscape_every": 1, "quantiles": [0.5]"#
      )
      .replacing(#""noise_every": 0"#, with: #""noise_every": 1"#)
      .replacing(
        #""seed_offset": 7"#,
        with: #""settings": {"statistics": ["batch", "running", "precise"]}"#)
    return try MadeStudy.read(study).criteria[0].operands[0].measure
  }
}

@Suite("The measures of a study of what a run recorded")
struct RecordMeasureTests {
  private func value(_ members: String, of arm: RecordedArm) throws -> Double {
    try MadeRecords.measure(members).value(of: arm)
  }

  @Test("Accuracies, losses and steps are those of the evaluations with the right statistics")
  func evaluations() throws {
    let arm = try MadeRecords().arm { recorder in
      for (step, batch, running) in [(0, 0.2, 0.1), (1, 0.8, 0.3), (2, 0.9, 0.85)] {
        for (statistics, accuracy) in [(StatisticsMode.batch, batch), (.running, running)] {
          recorder.record(
            EvaluationRecord(
              step: step, split: .test, statistics: statistics, loss: 1 - accuracy,
              accuracy: accuracy))
        }
      }
    }
    #expect(try value(#"{"kind": "test_accuracy"}"#, of: arm) == 0.85)
    #expect(try value(#"{"kind": "test_accuracy", "statistics": "batch"}"#, of: arm) == 0.9)
    #expect(try abs(value(#"{"kind": "test_loss", "statistics": "batch"}"#, of: arm) - 0.1) < 1e-9)
    let steps = #"{"kind": "steps_to_accuracy", "accuracy": 0.8"#
    #expect(try value(steps + "}", of: arm) == 2)
    #expect(try value(steps + #", "statistics": "batch"}"#, of: arm) == 1)
    #expect(try value(#"{"kind": "steps_to_accuracy", "accuracy": 0.95}"#, of: arm) == .infinity)
    #expect(try value(#"{"kind": "training_loss"}"#, of: arm) == 1)
    #expect(try value(#"{"kind": "training_loss", "last": 2}"#, of: arm) == 1.5)
    let error = #expect(throws: StudyError.self) {
      try value(#"{"kind": "test_accuracy", "statistics": "precise"}"#, of: arm)
    }
    #expect(
      "\(try #require(error))"
        == "Run made has no evaluation with precise population statistics; add \"precise\" to the \"statistics\" of its settings."
    )
  }

  @Test("Figures of gradients are medians over steps, and their growth a slope over layers")
  func gradients() throws {
    let arm = try MadeRecords().arm { recorder in
      for step in 0..<3 {
        for layer in 1...4 {
          recorder.record(
            GradientShiftRecord(
              step: step, layer: layer,
              gradientNorm: pow(1.5, Double(4 - layer)) * Double(step + 1),
              differenceNorm: Double(step * layer), cosine: 1 - 0.1 * Double(step)))
        }
      }
    }
    func gradient(_ quantity: String, _ rest: String = "") throws -> Double {
      try value(#"{"kind": "gradient", "quantity": "\#(quantity)", "layer": 4\#(rest)}"#, of: arm)
    }
    #expect(try gradient("cosine") == 0.9)
    #expect(try abs(gradient("cosine", #", "from": 1"#) - 0.85) < 1e-12)
    #expect(try gradient("cosine", #", "to": 0"#) == 1)
    #expect(try gradient("norm") == 2)
    #expect(try gradient("difference_norm") == 4)
    #expect(try gradient("relative_difference") == 2)
    let growth = try value(#"{"kind": "gradient_growth", "first": 1, "last": 3}"#, of: arm)
    #expect(abs(growth - 1.5) < 1e-12)
    let empty = try MadeRecords().arm { _ in }
    #expect(throws: StudyError.self) {
      try value(#"{"kind": "gradient_growth", "first": 1, "last": 3}"#, of: empty)
    }
  }

  @Test("Figures of landscapes are medians over steps")
  func landscapes() throws {
    let arm = try MadeRecords().arm { recorder in
      for step in 0..<3 {
        for (length, loss, difference) in [(0.0, 1.0, 0.0), (0.5, 2, 1), (1, 5, 4)] {
          recorder.record(
            LandscapeRecord(
              step: step, stepLength: length, loss: loss * Double(step + 1), gradientNorm: 2,
              differenceNorm: difference))
        }
      }
    }
    func landscape(_ quantity: String) throws -> Double {
      try value(#"{"kind": "landscape", "quantity": "\#(quantity)"}"#, of: arm)
    }
    #expect(try landscape("loss_range") == 6)
    #expect(try landscape("gradient_predictiveness") == 4)
    #expect(try landscape("effective_smoothness") == 2)
  }

  @Test("Noise is the last measurement's, median over units")
  func noise() throws {
    let site = Site(
      layer: 2, tap: .preactivation, population: .batch, statistics: .none, width: 3)
    let arm = try MadeRecords().arm { recorder in
      for step in 0..<3 {
        recorder.record(
          site, step: step, count: 10, mean: [0, 0, 0], variance: [1, 1, 1])
      }
      for (step, rho) in [(0, [Float](repeating: 9, count: 3)), (2, [0.5, 1, 3])] {
        recorder.record(
          BatchNoiseRecord(
            step: step, batchCount: 5, count: 100, rho: rho, kurtosis: [3, 3, 3]), at: site)
      }
    }
    #expect(try value(#"{"kind": "noise", "layer": 2}"#, of: arm) == 1)
    #expect(throws: StudyError.self) {
      try value(#"{"kind": "noise", "layer": 1}"#, of: arm)
    }
  }

  @Test("A path is as long as its steps, and its displacement as far as its end")
  func paths() throws {
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)
    let arm = try MadeRecords().arm { recorder in
      for (step, mean) in [(0, Float(0)), (1, 3), (2, 1)] {
        recorder.record(site, step: step, count: 10, mean: [mean], variance: [4])
      }
    }
    func path(_ quantity: String, _ rest: String = "") throws -> Double {
      try value(#"{"kind": "path", "quantity": "\#(quantity)", "layer": 1\#(rest)}"#, of: arm)
    }
    #expect(try path("length") == 5)
    #expect(try path("length", #", "spacing": 2"#) == 1)
    #expect(try path("displacement") == 1)
    #expect(try path("displacement", #", "population": "batch", "tap": "preactivation""#) == 1)
  }

  @Test("The mean at batch norm's output is compared with beta, at each step and unit")
  func meanLessBeta() throws {
    func site(_ tap: Site.Tap, epsilon: Double?) -> Site {
      Site(
        layer: 2, tap: tap, population: .probe, statistics: .batch, width: 2, epsilon: epsilon)
    }
    let arm = try MadeRecords().arm { recorder in
      for (step, mean) in [(0, [Float(0.5), 2]), (1, [0.25, 1.5])] {
        recorder.record(
          site(.preactivation, epsilon: 0.001), step: step, count: 10, mean: [9, 9],
          variance: [1, 1], affine: (gamma: [1, 1], beta: [0.5, 1]))
        recorder.record(
          site(.normalized, epsilon: nil), step: step, count: 10, mean: mean, variance: [1, 1])
      }
    }
    #expect(try value(#"{"kind": "mean_less_beta", "layer": 2}"#, of: arm) == 1)
    #expect(throws: StudyError.self) {
      try value(#"{"kind": "mean_less_beta", "layer": 1}"#, of: arm)
    }
  }
}
