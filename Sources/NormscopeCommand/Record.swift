import ArgumentParser
import Datasets
import Experiments
import Network
import Reports
import RunStore

/// `normscope record`: trains a network and records every step of it.
struct Record: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Train a network and record every step of it.",
    discussion: """
      A figure of step t is one of the weights that t updates made. The moments of step t are those of its \
      training batch before the update; evaluations and probes at step t use the same weights.
      """)

  private static let defaults = RunConfiguration()

  @Option(
    help:
      "The data: digits, fashion-mnist, a folder of IDX files (plain or .gz), or a CSV with a label column."
  )
  var data = Record.defaults.data
  @Option(help: "The widths of the hidden layers.")
  var layers = CommaSeparatedList(Record.defaults.layers)
  @Option(help: "The nonlinearity of the hidden layers.")
  var activation = Record.defaults.activation
  @Option(help: "How the hidden layers are normalized.")
  var norm = Record.defaults.norm
  @Option(help: "Whether batch norm stands before or after the activation.")
  var placement = Record.defaults.placement
  @Option(help: "The number of examples in a training batch.")
  var batchSize = Record.defaults.batchSize
  @Option(help: "The factor on the gradient.")
  var learningRate = Record.defaults.learningRate
  @Option(help: "The number of training steps.")
  var steps = Record.defaults.steps
  @Option(help: "Decides the initial weights and the order of the examples.")
  var seed = Record.defaults.seed
  @Option(
    name: .customLong("init"),
    help: ArgumentHelp(
      "How weights are drawn: glorot (uniform), he (normal) or normal:SD.", valueName: "init"))
  var initializer = Record.defaults.initializer
  @Option(help: "What batch norm adds to a variance.")
  var epsilon = Record.defaults.epsilon
  @Option(help: "The weight of the OLD value in batch norm's running statistics.")
  var emaDecay = Record.defaults.emaDecay
  @Option(help: "Evaluate the test split every so many steps, and at the end.")
  var evaluateEvery = Record.defaults.evaluateEvery
  @Option(help: "The number of test examples in the probe, a fixed held-out batch; 0 for none.")
  var probe = Record.defaults.probe
  @Option(help: "Measure the probe every so many steps, and at the end.")
  var probeEvery = Record.defaults.probeEvery
  @Option(
    help:
      "Record the moments of every so many training batches; loss and accuracy of every step always are."
  )
  var recordEvery = Record.defaults.recordEvery
  @Option(help: "The run's name (default: made of the data and the normalization).")
  var name: String?
  @Option(
    name: .customLong("tag"),
    help: ArgumentHelp("A tag on the run; may be repeated.", valueName: "key=value"))
  var tags: [Tag] = []
  @Option(
    help: ArgumentHelp(
      "Write the initial parameters and the order of the training examples to this safetensors file, so that the run can be replayed elsewhere.",
      valueName: "file"))
  var saveInitial: String?
  @OptionGroup var database: DatabaseOption

  func run() throws {
    let configuration = runConfiguration
    try configuration.validate()
    let name = name ?? "\(configuration.data.split(separator: "/").last ?? "run")-\(norm.rawValue)"
    guard !RunDatabase.isReservedRunName(name) else {
      throw ConfigurationError("A run can't be named \"\(name)\"; use another --name.")
    }
    let training = try TrainingRun(configuration, on: Dataset.load(configuration.data))
    let database = try RunDatabase(path: database.path, for: .record)
    if let saveInitial {
      try OutputFile.write(to: saveInitial) { file in
        try file.append(bytes: ReplayFile.bytes(of: training))
      }
    }
    let outcome = try ProgressLine.recording(training, into: database, name: name, tags: tagValues)
    let run = try database.run(outcome.uuid)
    try Terminal.write(
      RunSummary(run, in: database).text
        + "next: normscope shift \(run.shortID) --points 10\(option)\n")
    if let step = outcome.divergedAt {
      Terminal.say(
        "The run diverged: the loss of step \(step) is not a number or infinite; it is recorded up to there. Try a smaller --learning-rate."
      )
    }
  }

  /// The option that names this database again, where it is not the usual one.
  private var option: String { database.db.map { " --db \($0)" } ?? "" }

  private var tagValues: [String: String] {
    Dictionary(tags.map { ($0.key, $0.value) }) { _, last in last }
  }

  private var runConfiguration: RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data = data
    configuration.layers = layers.elements
    configuration.activation = activation
    configuration.norm = norm
    configuration.placement = placement
    configuration.batchSize = batchSize
    configuration.learningRate = learningRate
    configuration.steps = steps
    configuration.seed = seed
    configuration.initializer = initializer
    configuration.epsilon = epsilon
    configuration.emaDecay = emaDecay
    configuration.evaluateEvery = evaluateEvery
    configuration.probe = probe
    configuration.probeEvery = probeEvery
    configuration.recordEvery = recordEvery
    return configuration
  }
}

/// A tag on the command line, `key=value`.
struct Tag: ExpressibleByArgument, Sendable {
  /// The part before the first "=".
  let key: String
  /// The part after it.
  let value: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    key = String(parts[0])
    value = String(parts[1])
  }
}
