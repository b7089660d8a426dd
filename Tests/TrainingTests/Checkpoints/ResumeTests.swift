import Safetensors
import StrictJSON
import Datasets
import FoundationEssentials
import Network
import RunModel
import RunStore
import SQLite
import Testing

@testable import Training

@Suite("Going on with a run")
struct ResumeTests {
  /// Evaluations every 5 and probes every 3 steps fall on neither 7 nor 14.
  static let measurements =
    #""evaluate_every": 5, "gradient_shift_every": 3, "landscape_every": 4, "noise_every": 4, "noise_batches": 3, "probe_every": 3, "probe": 50"#

  static let configurations = [
    #"{"layers": [12, 8], "batch_size": 20, "norm": "none", "activation": "relu", \#(measurements)}"#,
    #"{"layers": [12, 8], "batch_size": 20, "momentum": 0.9, "nesterov": true, "record_every": 4, \#(measurements)}"#,
    #"{"layers": [12, 8], "batch_size": 20, "optimizer": "adam", "learning_rate": 0.01, "weight_decay": 0.1, "schedule": "cosine", "schedule_steps": 12, "warmup_steps": 3, \#(measurements)}"#,
    #"{"layers": [12, 8], "batch_size": 20, "norm": "noisy", "dropout": 0.25, "placement": "after", \#(measurements)}"#,
    #"{"layers": [{"channels": 3, "pooling": "max"}, {"channels": 4, "stride": 2}, 8], "batch_size": 20, "activation": "relu", \#(measurements)}"#,
    #"{"layers": [12, 8], "batch_size": 20, "ghost_batch_size": 5, "ema_bias_correction": true, "ema_decay": 0.9, "ema_variance": "unbiased", "statistics": ["running", "precise"], "population_samples": 100, \#(measurements)}"#,
    #"{"layers": [12, 1], "batch_size": 20, "quantiles": [0.15, 0.5], "histogram_bins": 16, "higher_moments": true, \#(measurements)}"#,
    #"{"layers": [8, 8, 8], "batch_size": 20, "residual": true, "train_beta": false, \#(measurements)}"#,
    #"{"layers": [{"identity": true, "activation": "identity"}, 8, 8], "batch_size": 20, "rescale_inputs": "standardize", "momentum": 0.9, \#(measurements)}"#,
    #"{"layers": [8, 8], "batch_size": 20, "norm": "renorm", "renorm_ramp_start": 2, "renorm_ramp_end": 10, "batch_classes": 3, \#(measurements)}"#,
    #"{"layers": [8, 8], "batch_size": 20, "batch_statistics": "previous", \#(measurements)}"#,
    #"{"layers": [8, 8], "batch_size": 20, "random_labels_every": 3, "train_examples": 90, "loss": "squared_error", \#(measurements)}"#,
    // The 7 steps end inside of the third epoch.
    #"{"layers": [12, 8], "batch_size": 500, \#(measurements)}"#,
  ]

  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  @Test(
    "7 steps and then 7 more are the same as 14 at once, bit for bit", arguments: configurations)
  func extended(json: String) throws {
    let long = try runs.training(json) {
      $0.steps = 14
      $0.checkpointEvery = 7
    }
    let whole = try runs.contents(of: runs.record(long))
    #expect(whole["step"].count == 14 && whole.checkpoints.keys.sorted() == [7, 14])

    let half = try runs.record(runs.training(json) { $0.steps = 7 })
    #expect(try runs.contents(of: half) != whole)
    let resumed = try runs.resume(half, long)
    #expect(try runs.contents(of: resumed) == whole)
    #expect(resumed.status == .finished)
    #expect(resumed.configuration == (try jsonText(long.configuration)))
    #expect(Provenance(json: resumed.provenance)?.resumedAt == [7])
  }

  @Test(
    "Stopped before a step, before another, and resumed, it is as if it had never stopped",
    arguments: configurations, [0, 4])
  func interrupted(json: String, stop: Int) throws {
    let training = try runs.training(json) { $0.steps = 11 }
    let whole = try runs.contents(of: runs.record(training))

    let stopped = try runs.record(training, stop: stop)
    #expect(stopped.status == .interrupted)
    #expect(stopped.stepCount == stop)
    #expect(stopped.statusReason?.contains("step \(stop)") == true)
    #expect(try runs.database.checkpointSteps(of: stopped) == [stop])
    let again = try runs.resume(stopped, training, stop: stop + 5)
    #expect(again.status == .interrupted)
    #expect(again.stepCount == stop + 5)
    let resumed = try runs.resume(again, training)
    #expect(resumed.status == .finished)
    #expect(resumed.finishedAt != nil && resumed.statusReason == nil)
    #expect(Provenance(json: resumed.provenance)?.resumedAt == [stop, stop + 5])

    let contents = try runs.contents(of: resumed)
    #expect(contents.without("checkpoint") == whole.without("checkpoint"))
    #expect(contents.resumptions.count == 2 && whole.resumptions.isEmpty)
    #expect(contents.checkpoints[11] == whole.checkpoints[11])
    #expect(contents.checkpoints.keys.sorted() == [stop, stop + 5, 11])
  }

  @Test("Resumed shortly before its data move, it raises the alarms that it would have raised")
  func alarms() throws {
    let training = try runs.training(
      #"{"layers": [6], "activation": "relu", "norm": "none", "batch_size": 100, "learning_rate": 0.01, "steps": 262, "shift_data_from": 260, "shift_data_by": 3, "alarms": true, "probe": 0, "noise_every": 0}"#
    )
    let whole = try runs.contents(of: runs.record(training))
    #expect(whole["event"].count == 2)
    let resumed = try runs.resume(runs.record(training, stop: 255), training)
    #expect(try runs.contents(of: resumed)["event"] == whole["event"])

    // From an earlier checkpoint the records after it, in which the data moved, are not taken up.
    let past = try runs.record(training, stop: 255)
    _ = try runs.resume(past, training)
    let checkpoint = try #require(try runs.database.checkpoint(of: past, step: 255))
    _ = try training.resume(past, from: checkpoint, in: runs.database)
    #expect(try runs.contents(of: past)["event"] == whole["event"])
  }

  @Test("Non-finite numbers of a layer are reported once, however often the run is resumed")
  func notFinite() throws {
    let training = try runs.training(
      #"{"layers": [6], "norm": "none", "batch_size": 20, "steps": 4, "probe": 0, "noise_every": 0}"#
    )
    let network = training.initialNetwork
    var trainer = Trainer(
      network: network, batchSize: 20, method: training.configuration.trainingMethod, seed: 1)
    var batch = Matrix(rows: 20, columns: 64)
    batch.add(.nan)
    _ = trainer.computeGradients(
      batch, targets: Targets(labels: Array(repeating: 0, count: 20), values: .empty),
      observes: true, detail: training.configuration.momentDetail, defersWeights: true)
    let run = try runs.record(training)
    try runs.database.connection.run(
      "INSERT INTO event (run, step, layer, kind, message) SELECT id, 2, 1, 'non-finite', '' FROM run"
    )
    for (step, layers) in [(2, [1, 2]), (3, [2])] {
      var watch = TrainingWatch(network, raisesAlarms: false)
      try watch.takeUp(run, before: step, in: runs.database)
      #expect(watch.events(in: trainer.moments, step: step).map(\.layer) == layers)
    }
  }

  @Test("Taken back to an earlier checkpoint, it records again what came after")
  func earlierCheckpoint() throws {
    let training = try runs.training(Self.configurations[3]) {
      $0.steps = 12
      $0.checkpointEvery = 4
    }
    let run = try runs.record(training)
    let whole = try runs.contents(of: run)
    let checkpoint = try #require(try runs.database.checkpoint(of: run, step: 4))
    _ = try training.resume(run, from: checkpoint, in: runs.database)
    #expect(try runs.contents(of: run) == whole)
  }

  @Test("A checkpoint of another network or optimizer, or a damaged one, leaves the run as it was")
  func mismatch() throws {
    let training = try runs.training(Self.configurations[0]) { $0.steps = 4 }
    let run = try runs.record(training)
    let before = try runs.contents(of: run)
    let checkpoint = try #require(try runs.database.checkpoint(of: run))
    for change in [
      { $0.optimizer = .adam }, { $0.momentum = 0.9 }, { $0.norm = .batch },
      { $0.layers = [12, 9] }, { $0.layers = [12] },
    ] as [(inout RunConfiguration) -> Void] {
      let other = try runs.training(Self.configurations[0]) {
        $0.steps = 8
        change(&$0)
      }
      #expect(throws: TrainingCheckpoint.Mismatch.self) {
        try other.resume(run, from: checkpoint, in: runs.database)
      }
    }
    #expect(throws: SafetensorsError.self) {
      try training.resume(
        run, from: Checkpoint(step: 4, tensors: Array(checkpoint.tensors.dropLast())),
        in: runs.database)
    }
    #expect(try runs.contents(of: run) == before)
    #expect(try runs.database.run(run.uuid).status == .finished)
  }
}
