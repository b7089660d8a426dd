import FoundationEssentials
import TestSupport
import Testing

@Suite("Impossible configurations, checkpoints and resumed runs end in one sentence")
struct BadConfigurationTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  func expectNoDatabase() throws {
    let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    #expect(names.allSatisfy { !$0.contains(".db") && !$0.contains(".partial") }, "\(names)")
  }

  @Test(
    "A file that describes no run",
    arguments: [
      (
        #"{"layers": [{"channels": 2, "pooling": "max", "pooling_size": 9}]}"#,
        "9 x 9 is larger than its image of 8 x 8"
      ),
      (#"{"data": "table.csv", "layers": [{"channels": 2}]}"#, "not images"),
      (#"{"ghost_batch_size": 7}"#, "no parts of 7"),
      (#"{"ghost_batch_size": 10, "norm": "layer"}"#, "layer norm"),
      (#"{"norm": "layer", "statistics": ["running"]}"#, #"leave "statistics" out"#),
      (#"{"norm": "none", "train_beta": false}"#, #"a beta to leave as it is; leave "train_beta""#),
      (#"{"nesterov": true}"#, #"as in "momentum": 0.9."#),
      (#"{"layers": [5, 0]}"#, #"run.json: "layers[1].units": 0 is impossible; use 1 or more."#),
      (
        #"{"layers": [{"units": 5, "dropout": 1}]}"#,
        #""layers[0].dropout": 1 is impossible; use 0 or more and less than 1, as in"#
      ),
      (
        #"{"layers": [{"units": 5, "initial_beta": 1e39}]}"#,
        #""layers[0].initial_beta": 1e+39 is inf as a 32-bit float; use a number"#
      ),
      (#"{"layers": [5, "x"]}"#, #"layers[1] in run.json is "x", where a number of units is"#),
      (#"{"norm": "bach"}"#, #"norm in run.json is "bach"; did you mean "batch"?"#),
      (#"{"ghost_batch_size": 10, "norm": "none"}"#, "no norm, and only batch norm has ghost"),
      (
        #"{"optimizer": "adam", "momentum": 0.8}"#,
        #"takes no momentum; leave "momentum" out, or use "optimizer": "sgd"."#
      ),
      (#"{"learning_rte": 0.5}"#, #"no key "learning_rte"; did you mean "learning_rate"?"#),
    ])
  func impossible(json: String, part: String) throws {
    try place.folder.write(
      "a,b,label\n" + (0..<100).map { "\($0),1,\($0 % 2)\n" }.joined(), to: "table.csv")
    try place.folder.write(json, to: "run.json")
    expectOneSentence(
      try place.attempt(["record", "--config", "run.json"]), exitCode: 64, containing: part)
    try expectNoDatabase()
  }

  @Test("A key is named as an option, unless the file has its value")
  func names() throws {
    try place.folder.write(#"{"nesterov": true, "batch_size": 0}"#, to: "run.json")
    for (options, part) in [
      (["--nesterov"], "as in --momentum 0.9."),
      (
        ["--batch-size", "0"], "--batch-size 0 is impossible; use 1 or more."
      ),
      (
        ["--config", "run.json"],
        #"normscope: run.json: "batch_size": 0 is impossible; use 1 or more."#
      ),
      (
        ["--config", "run.json", "--batch-size", "-1"], "normscope: --batch-size -1 is impossible;"
      ),
      (["--config", "run.json", "--batch-size", "8"], #"as in "momentum": 0.9."#),
    ] {
      expectOneSentence(try place.attempt(["record"] + options), exitCode: 64, containing: part)
    }
    try expectNoDatabase()
  }

  @Test(
    "A value that an option does not take",
    arguments: [
      (["--steps", "x"], #"'--steps <steps>': use a whole number"#),
      (["--layers", "64,x"], #"use a number of units instead of "x"."#),
      (["--layers", ""], "--layers"),
      (["--layers", "8,0"], #""layers[1].units": 0 is impossible"#),
      (["--norm", "bach"], #"'--norm <norm>': did you mean "batch"?"#),
      (
        ["--norm", "x"],
        #"'--norm <norm>': use one of "none", "batch", "layer", "noisy", "renorm"."#
      ),
      (["--histogram-bins", "9999"], "--histogram-bins 9999 is impossible; use at most 1024."),
      (["--record-every", "1,10"], "use a spacing such as 10, or spacings and their first steps"),
      (["--statistics", "batch,none"], "--statistics batch,none is impossible; use some of"),
      (["--statistics", "batch,runing"], #"did you mean "running" instead of "runing"?"#),
      (["--statistics", "batch,x"], #""ioffe", "none" instead of "x"."#),
      (["--init", "normal"], "'--init <init>': use glorot, he or normal:SD."),
      (["--dropout", "0.9999999999"], "--dropout 0.9999999999 is 1 as a 32-bit float; use 0"),
      (["--init", "normal:1e39"], "is normal:inf as a 32-bit float; use a standard deviation"),
      (["--epsilon", "nan"], "--epsilon nan is impossible"),
      (["--landscape-lengths", "1,,2"], #"use a number instead of ""."#),
    ])
  func option(options: [String], part: String) throws {
    expectOneSentence(try place.attempt(["record"] + options), exitCode: 64, containing: part)
    try expectNoDatabase()
  }

  @Test("A file to start from that is not there, is cut off, or is of another network")
  func initFrom() throws {
    for option in ["--config", "--init-from"] {
      expectOneSentence(
        try place.attempt(["record", option, "nowhere"]), exitCode: 66, containing: "nowhere")
      expectOneSentence(
        try place.attempt(["record", option, "/"]), exitCode: 66, containing: "/ is a folder;")
    }
    try expectNoDatabase()

    let record = ["record", "--steps", "1", "--probe", "0"]
    try place.normscope(
      record + ["--layers", "6", "--save-initial", "six.safetensors", "--db", "other.db"])
    try FileManager.default.removeItem(atPath: place.folder.file("other.db"))
    let bytes = try place.bytes(of: "six.safetensors")
    for count in [100, bytes.count - 1] {
      try place.folder.write(Array(bytes.prefix(count)), to: "cut.safetensors")
      expectOneSentence(
        try place.attempt(record + ["--layers", "6", "--init-from", "cut.safetensors"]),
        exitCode: 65, containing: "cut.safetensors")
    }
    for (options, part) in [
      (["--layers", "7"], "layers.1.weight"),
      (["--layers", "6", "--norm", "none", "--no-bias"], "layers.1."),
      (["--layers", "6", "--bias"], "layers.1.bias"),
    ] {
      let run = try place.attempt(record + options + ["--init-from", "six.safetensors"])
      expectOneSentence(run, exitCode: 65, containing: part)
      #expect(run.errorOutput.contains("six.safetensors"))
    }
    try expectNoDatabase()
  }

  @Test("A place for the initial file where nothing can be written leaves no database behind")
  func saveInitial() throws {
    expectOneSentence(
      try place.attempt(["record", "--steps", "1", "--save-initial", "no/such/file"]),
      exitCode: 73, containing: "no/such/file")
    try expectNoDatabase()
  }

  @Test("A run that cannot be resumed stays unchanged")
  func resume() throws {
    expectOneSentence(
      try place.attempt(["record", "--resume", "latest"]), exitCode: 66, containing: "runs.db")
    try expectNoDatabase()

    try place.normscope(
      ["record", "--layers", "4", "--steps", "3", "--probe", "0", "--name", "done"])
    let numbers = try place.numbers(of: "done")
    for (options, part) in [
      (["--config", "run.json"], "--config"), (["--init-from", "x"], "--init-from"),
      (["--steps", "9", "--learning-rate", "0.2"], "keeps its configuration"), ([], "--steps 6"),
      (["--steps", "3"], "has done 3 steps"),
    ] {
      expectOneSentence(
        try place.attempt(["record", "--resume", "done"] + options), exitCode: 64,
        containing: part)
    }
    expectOneSentence(
      try place.attempt(["record", "--resume", "nobody", "--steps", "9"]), exitCode: 66,
      containing: "nobody")
    #expect(try place.numbers(of: "done") == numbers)
    #expect(try place.details(of: "done").status == "finished")
    #expect(try place.details(of: "done").provenance.resumed_at == nil)
  }

  @Test("A checkpoint that was not recorded can neither be exported nor resumed from")
  func noCheckpoint() throws {
    try place.normscope(
      [
        "record", "--layers", "4", "--steps", "5", "--checkpoint-every", "2", "--probe", "0",
        "--name", "done",
      ])
    let export = ["export", "done", "--format", "safetensors", "-o", "x.safetensors"]
    expectOneSentence(
      try place.attempt(export + ["--step", "3"]), exitCode: 66, containing: "2, 4, 5")
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("x.safetensors")))
    expectOneSentence(
      try place.attempt(["export", "done", "--format", "csv", "-o", "x.csv", "--step", "3"]),
      exitCode: 64, containing: "--step")
    expectOneSentence(
      try place.attempt(["export", "done", "done", "--format", "safetensors", "-o", "x"]),
      exitCode: 64, containing: "one run")

    try place.normscope(
      [
        "record", "--layers", "4", "--norm", "none", "--activation", "relu", "--learning-rate",
        "1e30", "--steps", "90", "--probe", "0", "--name", "wild",
      ])
    #expect(try place.details(of: "wild").status == "diverged")
    expectOneSentence(
      try place.attempt(["record", "--resume", "wild"]), exitCode: 66,
      containing: "--checkpoint-every")
    expectOneSentence(
      try place.attempt(["export", "wild", "--format", "safetensors", "-o", "x.safetensors"]),
      exitCode: 66, containing: "it has none")
  }
}
