import TestSupport
import Testing

@Suite("What a user may have meant")
struct SuggestionTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  @Test(
    "A command or an option of another tool is named as it is here, and a near one as it is written",
    arguments: [
      ("ls", "did you mean `normscope runs`?"), ("shfit", "did you mean `normscope shift`?"),
      ("list", "did you mean `normscope runs`?"), ("rm", "did you mean `normscope runs delete`?"),
      ("train", "did you mean `normscope record`?"),
      ("dist", "did you mean `normscope distribution`?"),
      ("runs lst", "no command 'lst' of runs; did you mean `normscope runs list`?"),
      ("db inof", "did you mean `normscope db info`?"),
      ("zzzzzz", "`normscope --help` lists them."),
      ("record --lr 0.1", "record has no option --lr; did you mean --learning-rate?"),
      ("record --epochs 3", "--steps 1000"), ("record --batchsize 3", "did you mean --batch-size?"),
      ("record --lerning-rate 3", "did you mean --learning-rate?"),
      ("shift x --lr 0.1", "shift has no option --lr; `normscope shift --help` lists them."),
      ("shift x --epochs 3", "`normscope shift --help` lists them."),
      ("shift x --json", "did you mean --format json?"),
      ("runs --json", "did you mean --format json?"),
      ("shift x --metric nw2", "did you mean --measure?"),
      ("runs --filter x", "did you mean --where?"),
      ("runs --head 3", "did you mean --limit?"), ("runs --limt 3", "did you mean --limit?"),
      ("runs list --limt=3", "did you mean --limit?"), ("health x --full", "did you mean --long?"),
      ("rename a b", "no command 'rename'; did you mean `normscope runs rename`?"),
      ("shfit latest --db x.db", "did you mean `normscope shift`?"),
      ("--db x.db shift latest", "no option --db; it comes behind a command, as in"),
      ("runs rm a b", "no command 'rm' of runs; did you mean `normscope runs delete`?"),
      ("runs show latest", "did you mean `normscope show`?"),
      ("db vacuum", "did you mean `normscope db compact`?"),
      ("noise", "did you mean `normscope help noise`?"),
      ("help shfit", "no command 'shfit'; did you mean `normscope shift`?"),
      ("help runs lst", "did you mean `normscope runs list`?"),
      ("shift --run-id x", "a run is named without one, as in `normscope shift RUN`."),
      ("record --learning_rate 1", "did you mean --learning-rate?"),
      ("record --batch_sise 1", "did you mean --batch-size?"),
      ("figure los x", "did you mean loss?"), ("shift x --tap inptu", "did you mean input?"),
      ("export x", "'--output <output>'; `normscope export --help` shows how it is given."),
      ("runs --where norm=batch", "did you mean config.norm?"),
      ("runs --where acuracy>1", "did you mean accuracy?"),
      ("--versoin", "normscope has no option --versoin; did you mean --version?"),
    ])
  func meant(line: String, part: String) throws {
    let run = try place.attempt(line.split(separator: " ").map(String.init))
    expectOneSentence(run, exitCode: 64, containing: part)
  }

  @Test("An argument too many is still what it is")
  func unexpected() throws {
    expectOneSentence(
      try place.attempt(["health", "x", "y"]), exitCode: 64, containing: "Unexpected argument 'y'")
  }

  @Test("A run's name that is nearly right is named in the error, for questions and for changes")
  func runs() throws {
    try place.normscope([
      "record", "--layers", "3", "--probe", "0", "--steps", "5", "--name", "with-bn",
    ])
    for command in [
      ["show", "with-bm"], ["runs", "tag", "wiht-bn", "a=b"], ["runs", "delete", "with_bn"],
    ] {
      expectOneSentence(
        try place.attempt(command), exitCode: 66, containing: "did you mean with-bn?")
    }
    expectOneSentence(
      try place.attempt(["show", "nobody"]), exitCode: 66, containing: "lists the runs.")
  }

  // MARK: - Help

  @Test("The program's help leads with two examples, and has its commands in groups")
  func help() throws {
    let help = try place.normscope(["--help"]).output
    let lines = help.split(separator: "\n").map(String.init)
    #expect(lines.prefix(5).count { $0.contains("normscope ") } >= 2, "\(help)")
    for group in ["RECORDING", "QUESTION", "COMPARISON", "RUN AND FILE"] {
      #expect(help.contains("\(group) SUBCOMMANDS:"), "\(help)")
    }
  }

  @Test(
    "A topic is explained on lines that fit",
    arguments: [
      ("coordinates", "preactivation"), ("measures", "fisher_rao"), ("noise", "distinguishable"),
      ("sql", "vec_mean"),
    ])
  func topics(topic: String, word: String) throws {
    let page = try place.attempt(["help", topic], environment: ["COLUMNS": "60"])
    #expect(page.exitCode == 0 && page.output.contains(word), "\(page)")
    #expect(page.output.split(separator: "\n").allSatisfy { $0.count <= 60 }, "\(page.output)")
    // A line of a list goes on below its text.
    let lists = try place.normscope(["help", "coordinates"]).output.split(separator: "\n")
    let later = lists.filter { $0.hasPrefix("   ") }
    #expect(!later.isEmpty && later.allSatisfy { $0.prefix { $0 == " " }.count == 14 })
    #expect(try place.normscope(["help", "shift"]).output.contains("USAGE"))
  }

  @Test("Each topic that the help names is there, and each command and option that a page names")
  func completeness() throws {
    let help = try place.normscope(["--help"]).output.replacing("\n", with: " ")
    for topic in ["coordinates", "measures", "noise", "sql"] {
      #expect(help.contains("`\(topic)`") || help.contains("help \(topic)"))
    }
  }

  // MARK: - Completion

  @Test("The names of runs are completed, from the database that the line names")
  func completion() throws {
    for (name, database) in [("with-bn", "runs.db"), ("without-bn", "runs.db"), ("other", "b.db")] {
      try place.normscope([
        "record", "--layers", "3", "--probe", "0", "--steps", "5", "--name", name, "--db", database,
      ])
    }
    let script = try place.normscope(["--generate-completion-script", "bash"]).output
    let call = try #require(
      script.split(separator: "\n").first { $0.contains("---completion shift -- positional@0") })
    #expect(call.contains("---completion"))
    func completed(_ words: String...) throws -> [String] {
      try place.normscope(
        [
          "---completion", "shift", "--", "positional@0", "\(words.count - 1)",
          "\(words.last?.count ?? 0)",
        ] + words
      ).output.split(separator: "\n").map(String.init)
    }
    #expect(try completed("normscope", "shift", "wi") == ["with-bn", "without-bn"])
    #expect(try completed("normscope", "shift", "--db", "b.db", "o") == ["other"])
    #expect(try completed("normscope", "shift", "--db", "none.db", "") == [])
  }
}
