import RunModel
import Training
import RunStore
import SQLite
import Testing

@Suite("A configuration that a database holds")
struct RecordedConfigurationTests {
  @Test(
    "An impossible one is refused before anything is built",
    arguments: [
      (#"{"layers": [-5]}"#, #""layers[0].units": -5 is"#),
      (#"{"layers": [9223372036854775807]}"#, "units"),
      (#"{"layers": []}"#, "no hidden layer"),
      (#"{"layers": [4], "epsilon": -1}"#, #""epsilon": -1"#),
      (#"{"layers": [4], "epsilon": 1e999}"#, "epsilon"),
      (#"{"layers": [4], "threads": 0}"#, "threads"),
      (#"{"layers": [4], "batch_size": -1}"#, "batch_size"),
      (#"{"layers": [4], "steps": 1e30}"#, "steps"),
      (#"{"layers": [{"channels": 2, "pooling": "max", "pooling_size": 0}]}"#, "pooling_size"),
      (#"{"layers": [{"channels": 2, "stride": 0}]}"#, "stride"),
      (#"{"layers": [{"channels": -1}]}"#, "channels"), (#"{"record_every": "0"}"#, "record_every"),
      (#"{"ema_decay": 1}"#, "decay"), (#"{"learning_rate": -1}"#, "learning_rate"),
      (#"{"layers": [4], "dropout": 1}"#, "drop"), (#"{"own": 1}"#, "own"), ("[]", "object"),
    ])
  func impossible(json: String, part: String) throws {
    let runs = try RecordedRuns()
    let run = try runs.record(
      runs.training(#"{"layers": [4], "steps": 2, "probe": 0, "noise_every": 0}"#))
    // Not everything is a JSON object, which the table asks for.
    try runs.database.connection.execute("PRAGMA ignore_check_constraints = 1")
    try runs.database.connection.run(
      "UPDATE run SET configuration = ? WHERE id = 1", [.text(json)])
    let changed = try runs.database.run(run.uuid)
    #expect(changed.configuration == json)
    for use in [
      { _ = try RecordedNetwork(of: changed, in: runs.database) },
      { _ = try RunConfiguration(of: changed) },
    ] as [() throws -> Void] {
      let error = #expect(throws: InputFileError.self) { try use() }
      #expect(error?.isMissing == false)
      let sentence = error?.description ?? ""
      #expect(
        sentence.hasPrefix("The recorded configuration of run \(run.shortID) is impossible: "),
        "\(sentence)")
      #expect(
        sentence.contains(part) && sentence.hasSuffix(".") && !sentence.hasSuffix(".."),
        "\(sentence)")
    }
  }

  @Test(
    "One that an earlier version accepted is still read and resumed, but not accepted for a new run",
    arguments: [
      #""dropout": 0.9999999999"#, #""shift_data_by": 1e39"#, #""init": "normal:1e39""#,
      #""final_learning_rate": 1e39, "schedule": "cosine""#, #""learning_rate": 1e-50"#,
      #""weight_decay": 1e39"#, #""step_factor": 1e39"#, #""adam_epsilon": 1e-60"#,
    ])
  func earlier(member: String) throws {
    let runs = try RecordedRuns()
    let plain = try runs.training(#"{"layers": [4], "steps": 2, "probe": 0, "noise_every": 0}"#)
    let run = try runs.record(plain)
    let json = #"{"layers": [4], "steps": 3, "probe": 0, "noise_every": 0, \#(member)}"#
    try runs.database.connection.run(
      "UPDATE run SET configuration = ? WHERE id = 1", [.text(json)])
    let configuration = try RunConfiguration(of: runs.database.run(run.uuid))
    #expect(try configuration == RunConfiguration(json: Array(json.utf8), named: "It"))
    let resumed = try TrainingRun(configuration, on: plain.dataset, isRecorded: true)
    #expect(resumed.configuration.steps == 3)
    let error = #expect(throws: ConfigurationError.self) {
      try TrainingRun(configuration, on: plain.dataset)
    }
    #expect(error?.description.contains(" as a 32-bit float; use ") == true)
  }

  @Test("One of a run is read as it was")
  func possible() throws {
    let runs = try RecordedRuns()
    let training = try runs.training(#"{"layers": [4], "steps": 2, "probe": 0, "noise_every": 0}"#)
    #expect(try RunConfiguration(of: runs.record(training)) == training.configuration)
  }
}
