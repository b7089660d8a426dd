import Datasets
import FoundationEssentials
import Network
import StrictJSON
import Testing
import Training

@Suite("Run configurations")
struct RunConfigurationTests {
  @Test("A configuration reads back from its JSON as it was")
  func roundTrip() throws {
    var configuration = RunConfiguration()
    configuration.layers = [3, 1, 4]
    configuration.`init` = .normal(standardDeviation: 0.05)
    configuration.seed = .max
    configuration.epsilon = 1.1e-7
    configuration.placement = .after
    let text = try jsonText(configuration)
    #expect(try RunConfiguration(json: Array(text.utf8), named: "It") == configuration)
    #expect(text.contains("\"init\":\"normal:0.05\""))
    #expect(text.contains("\"batch_size\":50"))
  }

  @Test("An unknown initializer is refused with the known ones")
  func ownWords() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try RunConfiguration(json: Array(#"{"init": "xavier"}"#.utf8), named: "a.json")
    }
    #expect(
      error?.description
        == "init in a.json is \"xavier\", where glorot, he or normal:SD is wanted."
    )
  }

  @Test("The defaults are possible")
  func defaults() throws {
    try RunConfiguration().validate()
  }

  @Test(
    "An impossible configuration is refused with a sentence that says what to change",
    arguments: [
      (
        #"{"layers": [{"channels": 2, "stride": 2, "pooling": "average"}, 4, {"channels": 2, "pooling": "max"}]}"#,
        "Layer 3 doesn't fit: its pooling window of 2 x 2 is larger than its image of 1 x 1"
      ),
      (
        #"{"data": "linear-map", "loss": "squared_error", "layers": [{"channels": 2}]}"#,
        "not images"
      ),
      (#"{"data": "linear-map"}"#, #""loss": "squared_error""#),
      (#"{"layers": []}"#, #""layers""#), (#"{"layers": [{}]}"#, "\"units\""),
      (#"{"layers": [{"units": 3, "channels": 3}]}"#, "\"units\""),
      (#"{"layers": [{"units": 3, "stride": 2}]}"#, "\"stride\""),
      (#"{"layers": [{"channels": 3, "stride": 3}]}"#, "use at most 2"),
      (#"{"layers": [{"channels": 3, "pooling_size": 3}]}"#, "\"pooling\": \"max\""),
      (#"{"layers": [{"channels": 3, "pooling": "max", "pooling_size": 0}]}"#, "use 1 or more"),
      (#"{"layers": [4, {"units": 4, "ghost_batch_size": 1}]}"#, "batches of 1"),
      (#"{"layers": [4, {"units": 4, "ghost_batch_size": 15}]}"#, "no parts of 15"),
      (
        #"{"layers": [4, {"units": 4, "norm": "none"}], "hold_statistics": true}"#, "Hidden layer 2"
      ),
      (#"{"layers": [4, {"units": 4, "dropout": 1}]}"#, #""layers[1].dropout": 0.5"#),
      (
        #"{"layers": [8, 8, 4], "residual": true}"#,
        #"Layer 3 doesn't fit: its shortcut adds [8] of the layer before to its own [4]; use layers of one size, or "residual": false in this layer."#
      ),
      (
        #"{"layers": [{"channels": 4, "pooling": "max"}, {"channels": 4, "residual": true}]}"#,
        "adds [4, 8, 8] of the layer before to its own [4, 4, 4]"
      ),
      (#"{"layers": [{"identity": true, "units": 3}]}"#, "needs one of \"units\""),
      (#"{"layers": [{"identity": false}]}"#, "needs one of \"units\""),
      (#"{"layers": [{"identity": true, "pooling": "max"}]}"#, "no convolution"),
      (#"{"norm": "renorm", "ghost_batch_size": 10}"#, "Batch renorm has no ghost batches"),
      (#"{"renorm_ramp_start": 9, "renorm_ramp_end": 8}"#, #""renorm_ramp_end" from 9"#),
      (#"{"renorm_r_max": 0.5}"#, #""renorm_r_max": 3"#),
      (#"{"renorm_d_max": -1}"#, #""renorm_d_max": 5"#),
      (#"{"batch_classes": 11}"#, "have 10 classes, not 11"),
      (#"{"batch_classes": 5, "batch_size": 4}"#, "no examples of 5 classes"),
      (
        #"{"data": "linear-map", "loss": "squared_error", "batch_classes": 1}"#,
        "no classes to draw"
      ),
      (#"{"norm": "renorm", "batch_statistics": "previous"}"#, "has batch renorm"),
      (#"{"ghost_batch_size": 10, "batch_statistics": "previous"}"#, "has ghost batches"),
      (#"{"norm": "layer", "batch_statistics": "previous"}"#, "No layer has batch norm"),
      (#"{"train_examples": 1401}"#, "digits has no 1401 training examples but 1400"),
      (#"{"train_examples": 49}"#, "A batch of 50 is larger than the 49 training examples"),
      (#"{"random_labels_every": 0}"#, #""random_labels_every": 0 is impossible"#),
      (#"{"random_labels_every": 9, "batch_classes": 2}"#, "need the classes of the data"),
      (
        #"{"data": "linear-map", "loss": "squared_error", "random_labels_every": 1}"#,
        "no classes to draw labels"
      ),
      (#"{"layers": [8], "residual": true}"#, "no hidden layer before it"),
      (#"{"layers": [{"units": 8, "residual": true}, 8]}"#, "no hidden layer before it"),
      (#"{"initial_gamma": 1e39}"#, "gamma"), (#"{"dropout": -0.1}"#, #""dropout": 0.5"#),
      (#"{"statistics": []}"#, #""statistics": ["batch", "running"]"#),
      (#"{"statistics": ["batch", "batch"]}"#, #""statistics": ["batch", "running"]"#),
      (#"{"statistics": ["precise"], "population_samples": 20}"#, "fill a batch of 50"),
      (
        #"{"statistics": ["ioffe"], "population_samples": 9, "ghost_batch_size": 10}"#,
        "fill a batch of 10"
      ),
      (#"{"optimizer": "adam", "momentum": 0.9}"#, #""optimizer": "sgd""#),
      (#"{"optimizer": "adam", "beta1": 1}"#, #""beta1": 0.9"#),
      (#"{"optimizer": "adam", "beta2": 0.99999999}"#, #""beta2": 0.999"#),
      (#"{"optimizer": "adam", "adam_epsilon": 0}"#, #""adam_epsilon": 1e-08"#),
      (#"{"weight_decay": -1}"#, #""weight_decay""#), (#"{"momentum": 1}"#, #""momentum": 0.9"#),
      (#"{"schedule": "cosine", "warmup_steps": 10, "steps": 10}"#, #""warmup_steps""#),
      (#"{"schedule_steps": 10}"#, #""schedule": "cosine""#),
      (#"{"step_every": 0}"#, #""step_every": 0 is impossible; use 1"#),
      (#"{"final_learning_rate": -1}"#, #""final_learning_rate""#),
      (#"{"quantiles": []}"#, #""quantiles": [0.15, 0.5, 0.85]"#),
      (#"{"quantiles": [-0.1]}"#, #""quantiles""#),
      (#"{"quantiles": [0.5, 1.01]}"#, #""quantiles""#),
      (#"{"quantiles": [0.5, 0.5]}"#, "in order"), (#"{"quantiles": [0.5, 0.2]}"#, "in order"),
      (#"{"histogram_bins": 0}"#, #""histogram_bins": 0 is impossible; use 1"#),
      (#"{"histogram_bins": 9223372036854775807}"#, "at most 1024"),
      (#"{"histogram_range": [0, 1]}"#, #""histogram_bins": 64"#),
      (#"{"histogram_bins": 4, "histogram_range": [1, 0]}"#, "the smaller one first"),
      (#"{"histogram_bins": 4, "histogram_range": [1, 1.000000001]}"#, "32-bit floats"),
      (#"{"histogram_bins": 4, "histogram_range": [0, 1e39]}"#, "32-bit floats"),
      (#"{"histogram_bins": 4, "histogram_range": [0, 1, 2]}"#, "two"),
      (#"{"histogram_bins": 4, "probe": 0}"#, #""probe""#),
      (#"{"quantiles": [0.5], "probe": 0}"#, #""probe""#),
      (#"{"gradient_shift_every": -1}"#, #""gradient_shift_every": -1 is"#),
      (#"{"landscape_every": -1}"#, #""landscape_every": -1 is"#),
      (#"{"landscape_lengths": []}"#, #""landscape_lengths": [0.5, 1, 2]"#),
      (#"{"landscape_lengths": [1, 1.000000001]}"#, #""landscape_lengths": [0.5, 1, 2]"#),
      (#"{"landscape_lengths": [1, 0]}"#, #""landscape_lengths": [0.5, 1, 2]"#),
      (#"{"landscape_lengths": [-1]}"#, #""landscape_lengths": [0.5, 1, 2]"#),
      (#"{"landscape_lengths": [1e39]}"#, #""landscape_lengths": [0.5, 1, 2]"#),
      (#"{"landscape_lengths": [1e-40]}"#, #""landscape_lengths": [0.5, 1, 2]"#),
      (#"{"checkpoint_every": -1}"#, #""checkpoint_every": -1 is"#),
      (#"{"threads": 0}"#, #""threads": 0 is"#),
      // Numbers that 32-bit floats turn into others.
      (#"{"learning_rate": 1e39}"#, "a 32-bit float"),
      (#"{"learning_rate": 1e-46}"#, #""learning_rate": 0.1"#),
      (#"{"optimizer": "adam", "adam_epsilon": 1e-46}"#, #""adam_epsilon": 1e-08"#),
      (#"{"schedule": "step", "step_factor": 1e39}"#, #""step_factor": 0.1"#),
      (#"{"epsilon": 1e39}"#, #""epsilon": 0.001"#), (#"{"epsilon": 1e-46}"#, #""epsilon": 0.001"#),
      (#"{"dropout": 0.9999999999}"#, #""dropout": 0.5"#),
      (#"{"weight_decay": 1e39}"#, #""weight_decay""#),
      (#"{"schedule": "cosine", "final_learning_rate": 1e39}"#, #""final_learning_rate""#),
      (#"{"init": "normal:1e39"}"#, #""init": "normal:0.05""#),
      (#"{"shift_data_by": 1e39}"#, #""shift_data_by""#),
      (#"{"initial_gamma": 1e39}"#, "gamma"), (#"{"initial_beta": -1e39}"#, "beta"),
      // Two thousand gigabytes of weights.
      (
        #"{"layers": [\#((0..<64).map { _ in "65536" }.joined(separator: ","))]}"#,
        #"use smaller layers or a smaller "batch_size""#
      ),
    ])
  func impossible(json: String, part: String) throws {
    let configuration = try RunConfiguration(json: Array(json.utf8), named: "It")
    let dataset = try Dataset.load(configuration.data)
    let error = #expect(throws: ConfigurationError.self) {
      try TrainingRun(configuration, on: dataset)
    }
    let sentence = error?.description ?? ""
    #expect(sentence.contains(part), "\(sentence)")
    #expect(sentence.hasSuffix("."))
    #expect(!sentence.contains("\n"))
  }

  @Test(
    "Initializers read from their notation",
    arguments: [
      ("glorot", WeightInitializer.glorot), ("he", .he),
      ("normal:0.5", .normal(standardDeviation: 0.5)),
      ("normal:1e-3", .normal(standardDeviation: 0.001)),
    ])
  func initializers(text: String, initializer: WeightInitializer) {
    #expect(WeightInitializer(text) == initializer)
    #expect(WeightInitializer(initializer.description) == initializer)
  }

  @Test(
    "Any other text is no initializer",
    arguments: ["", "Glorot", "normal", "normal:", "normal:x"])
  func noInitializer(text: String) {
    #expect(WeightInitializer(text) == nil)
  }

  @Test("A value that is not a number is refused wherever it stands")
  func notNumbers() {
    for path in [\RunConfiguration.learningRate, \.epsilon, \.emaDecay] {
      var configuration = RunConfiguration()
      configuration[keyPath: path] = .nan
      #expect(throws: ConfigurationError.self) { try configuration.validate() }
    }
  }
}
