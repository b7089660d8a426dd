import FoundationEssentials
import TestSupport
import Testing

@Suite("Configuration files")
struct ConfigurationTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  @Test("A file with comments describes the run, and options override it")
  func fileAndOptions() throws {
    try place.folder.write(
      """
      {
        // A small network of images.
        "layers": [{"channels": 3, "pooling": "max"}, 8], /* the last one is dense */
        "activation": "relu",
        "hold_statistics": true,
        "batch_size": 20,
        "steps": 6,
        "probe": 10,
      }
      """, to: "small.json")
    try place.normscope(
      [
        "record", "--config", "small.json", "--steps", "4", "--no-hold-statistics", "--name",
        "changed",
      ])
    let text = try place.normscope(["show", "changed", "--configuration"]).output
    struct Configuration: Decodable {
      struct Convolution: Decodable {
        let channels: Int
        let pooling: String
      }
      let steps: Int
      let batch_size: Int
      let activation: String
      let hold_statistics: Bool
      let norm: String
    }
    let configuration = try JSONDecoder().decode(Configuration.self, from: Data(text.utf8))
    #expect(configuration.steps == 4)
    #expect(configuration.batch_size == 20)
    #expect(configuration.activation == "relu")
    #expect(!configuration.hold_statistics)
    // Neither the file nor an option speaks of it.
    #expect(configuration.norm == "batch")
    #expect(text.contains("\"pooling\": \"max\""))
    #expect(try place.details(of: "changed").steps == 4)
  }

  @Test(
    "The output of show --configuration is a configuration, and gives the same run",
    arguments: [
      ["--layers", "8,6", "--seed", "18446744073709551615", "--init", "normal:0.1"],
      ["--layers", "8", "--optimizer", "adam", "--schedule", "cosine", "--warmup-steps", "2"],
      [
        "--layers", "8", "--norm", "none", "--no-bias", "--weight-decay", "0.001", "--momentum",
        "0.9", "--nesterov",
      ],
      ["--data", "linear-map", "--layers", "8", "--loss", "squared_error", "--norm", "layer"],
      [
        "--layers", "8", "--ghost-batch-size", "5", "--statistics", "running,ioffe",
        "--population-samples", "200", "--ema-decay", "0.875", "--epsilon", "1e-5",
      ],
    ])
  func roundTrip(options: [String]) throws {
    let common = ["--steps", "6", "--batch-size", "20", "--probe", "10"]
    try place.normscope(["record", "--name", "first"] + common + options)
    let printed = try place.normscope(["show", "first", "--configuration"]).output
    try place.folder.write(printed, to: "again.json")
    try place.normscope(["record", "--config", "again.json", "--name", "second"])
    #expect(try place.normscope(["show", "second", "--configuration"]).output == printed)
    #expect(try place.numbers(of: "second") == place.numbers(of: "first"))
    #expect(try place.checkpoint(of: "second") == place.checkpoint(of: "first"))
  }

  @Test("A cosine keeps the length of the run that it was first recorded for")
  func scheduleLength() throws {
    let options = ["record", "--layers", "4", "--probe", "0"]
    try place.normscope(options + ["--schedule", "cosine", "--steps", "9", "--name", "a"])
    #expect(
      try place.normscope(["show", "a", "--configuration"]).output.contains(
        "\"schedule_steps\": 9"))
    try place.normscope(options + ["--steps", "9", "--name", "b"])
    #expect(
      !(try place.normscope(["show", "b", "--configuration"]).output.contains("schedule_steps")))
  }
}
