import ArgumentParser
import Datasets
import Training
import FoundationEssentials
import Network
import RunModel
import RunStore

/// `normscope-benchmark recording`: times training runs that record something, and the same runs without it.
struct RecordingBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "recording",
    abstract: "Time what each kind of record adds to the time of a run.",
    discussion: """
      in-256-256-10, sigmoid, batch norm before it, batch 100, one thread. Each thing is added to a run that records \
      the moments of each training batch and nothing else, or also the probe where it is one of the probe. Both are \
      timed in turn, into new databases in --folder.
      """)

  @Option(
    help:
      "The data: digits, digits-rgb, fashion-mnist, linear-map, heights-and-weights, a folder of IDX files, or a CSV."
  )
  var data = "fashion-mnist"
  @Option(help: "The number of steps of each run.")
  var steps = 1000
  @Option(help: "The number of rounds; the median round is reported.")
  var rounds = 5
  @Option(help: "The folder of the databases, which are deleted (default: the temporary one).")
  var folder: String?

  func validate() throws {
    guard steps > 0, rounds > 0 else {
      throw ValidationError("Steps and rounds must be 1 or more.")
    }
  }

  /// A kind of record, and the run that it is added to.
  private struct Addition {
    let name: String
    let without: RunConfiguration
    let with: RunConfiguration

    init(
      _ name: String, to without: RunConfiguration, _ add: (inout RunConfiguration) -> Void
    ) {
      self.name = name
      self.without = without
      var with = without
      add(&with)
      self.with = with
    }
  }

  private var additions: [Addition] {
    var moments = RunConfiguration()
    moments.data = data
    moments.layers = [LayerConfiguration(units: 256), LayerConfiguration(units: 256)]
    moments.batchSize = 100
    moments.steps = steps
    moments.evaluateEvery = .max
    moments.probe = 0
    moments.noiseEvery = 0
    var nothing = moments
    nothing.recordEvery = RecordingSchedule(every: steps)
    var probe = moments
    probe.probe = 1000
    return [
      Addition("moments of each step", to: nothing) { $0.recordEvery = moments.recordEvery },
      Addition("--higher-moments", to: moments) { $0.higherMoments = true },
      Addition("--alarms", to: moments) { $0.alarms = true },
      Addition("--noise-every 1000", to: moments) { $0.noiseEvery = 1000 },
      Addition("--evaluate-every 100", to: moments) { $0.evaluateEvery = 100 },
      Addition("--probe 1000 --probe-every 100", to: moments) { $0.probe = 1000 },
      Addition("--quantiles 0.15,0.5,0.85, of that probe", to: probe) {
        $0.quantiles = [0.15, 0.5, 0.85]
      },
      Addition("--histogram-bins 64, of that probe", to: probe) { $0.histogramBins = 64 },
      Addition("--gradient-shift-every 100", to: moments) { $0.gradientShiftEvery = 100 },
      Addition("--landscape-every 100", to: moments) { $0.landscapeEvery = 100 },
      Addition("--checkpoint-every 100", to: moments) { $0.checkpointEvery = 100 },
    ]
  }

  func run() throws {
    let dataset = try Dataset.load(data)
    let folder = folder ?? FileManager.default.temporaryDirectory.path
    for addition in additions {
      let runs = try [addition.without, addition.with].map { try TrainingRun($0, on: dataset) }
      var shares: [Double] = []
      // In turn, so that a change of the machine's speed meets both; the first round warms up.
      for round in 0...rounds {
        let seconds = try runs.map { try self.seconds(of: $0, in: folder) }
        if round > 0 { shares.append(100 * (seconds[1] / seconds[0] - 1)) }
      }
      shares.sort()
      let figures = [shares[shares.count / 2], shares[0], shares[shares.count - 1]].map {
        "\(($0 * 10).rounded() / 10)"
      }
      print("\(addition.name): \(figures[0]) % (\(figures[1]) to \(figures[2]))")
    }
  }

  /// The time of a run that is recorded into a new database, which is opened and closed in it: some of what is written
  /// reaches the disk only then.
  private func seconds(of run: TrainingRun, in folder: String) throws -> Double {
    let path = "\(folder)/normscope-benchmark-\(UUID()).db"
    defer {
      for suffix in ["", "-wal", "-shm"] {
        // The log and its index are gone already where the last connection closed.
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let start = ContinuousClock.now
    try record(run, into: path)
    return (ContinuousClock.now - start).seconds
  }

  // A function of its own, at whose end nobody has the database.
  @inline(never)
  private func record(_ run: TrainingRun, into path: String) throws {
    let database = try RunDatabase(path: path, for: .record)
    _ = try run.record(name: "benchmark", durability: database.durability.rawValue) {
      try RunRecorder(database: database, run: $0)
    }
  }
}
