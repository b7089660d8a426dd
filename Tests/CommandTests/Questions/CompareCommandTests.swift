import FoundationEssentials
import TestSupport
import Testing

@Suite("compare on the command line")
struct CompareCommandTests {
  let place: RecordedFolder

  /// Two seeds without and with batch norm.
  init() throws {
    place = try RecordedFolder()
    for (norm, seed) in [("none", "1"), ("none", "2"), ("batch", "1"), ("batch", "2")] {
      try place.normscope([
        "record", "--layers", "8", "--steps", "40", "--probe-every", "10", "--norm", norm,
        "--seed", seed, "--name", "\(norm)-\(seed)",
      ])
    }
  }

  static let groups = [
    "--first-where", "config.norm = none", "--second-where", "config.norm = batch",
  ]

  @Test(
    "Two runs are compared by their first difference, groups by pairs of seeds, in every format")
  func answers() throws {
    let runs = try place.answer(["compare", "none-1", "batch-1"])
    let key = "first step beyond the sampling floor"
    #expect(runs.rows.contains { $0["key"] == .text(key) && $0["layer"] == .number(2) })
    for arguments in [["none-1", "batch-1"], Self.groups, Self.groups + ["--points", "3"]] {
      for format in ["table", "csv", "ndjson", "json", "md"] {
        try place.normscope(["compare"] + arguments + ["--format", format])
      }
    }
    let table = try place.normscope(["compare"] + Self.groups).output
    #expect(table.contains("(1),") && table.contains("(2)"))
    #expect(table.contains("test accuracy, running") && table.contains("sign_test_p"))
    let points = try place.answer(["compare"] + Self.groups + ["--points", "3"])
    #expect(points.numbers(of: "layer").compactMap { $0 } == [1, 1, 1, 2, 2, 2])
  }

  @Test("Drift is compared at the tap that is asked for")
  func taps() throws {
    for arguments in [["none-1", "batch-1"], Self.groups] {
      var answers: [String] = []
      for tap in ["preactivation", "normalized", "input"] {
        let text = try place.normscope(["compare"] + arguments + ["--tap", tap]).output
        #expect(text.contains("tap \(tap), population probe"))
        // Of the parameters, where batch norm normalizes the very examples.
        #expect(text.contains("These are the parameters") == (tap == "normalized"))
        let figures = text.split(separator: "\n").filter { $0.contains("layer 1: nw2") }
        #expect(!figures.isEmpty)
        answers.append(figures.joined(separator: "\n"))
      }
      #expect(Set(answers).count == 3)
    }
  }

  @Test("An impossible comparison is one sentence and the right exit code")
  func refusals() throws {
    for (arguments, code, words) in [
      (["none-1"], 64, "Name 2 to 10 runs"),
      (["none-1", "batch-1", "--points", "3"], 64, "--points is for groups"),
      (["none-1", "batch-1"] + Self.groups, 64, "Name 2 to 10 runs"),
      (Array(Self.groups.prefix(2)), 64, "two groups"),
      (Self.groups + ["--points", "0"], 64, "use 1 or more"),
      (Self.groups + ["--pair-by", "seed"], 64, "no field"),
      (Self.groups + ["--pair-by", "config.norm"], 66, "of one group both have"),
      (Self.groups + ["--pair-by", "name"], 66, "--pair-by"),
      (Array(Self.groups.prefix(3)) + ["name ~ none"], 66, "in both groups"),
      (Array(Self.groups.prefix(3)) + ["name = nobody"], 66, "second group"),
      (Array(Self.groups.prefix(3)) + ["norm = batch"], 64, "--second-where"),
      (["none-1", "nobody"], 66, "nobody"),
    ] as [([String], Int32, String)] {
      let run = try place.attempt(["compare"] + arguments)
      #expect(run.exitCode == code && run.errorOutput.contains(words), "\(arguments)")
      #expect(run.output.isEmpty && run.errorOutput.split(separator: "\n").count == 1)
    }
  }

  @Test("Runs that are unlike, or went wrong, compare by what they have")
  func unlike() throws {
    let small = ["record", "--steps", "12", "--probe-every", "6", "--seed", "3", "--layers"]
    try place.normscope(small + ["8", "--name", "plain"])
    try place.normscope(small + ["9", "--name", "wide"])
    try place.normscope(small + ["8,8", "--name", "deep"])
    try place.normscope(small + ["8", "--statistics", "running", "--name", "running"])
    try place.normscope(small + ["8", "--noise-every", "0", "--name", "unmeasured"])
    try place.normscope(small + ["8", "--probe", "0", "--record-every", "99", "--name", "sparse"])
    try place.normscope(small + ["8", "--norm", "none", "--batch-size", "1", "--name", "one"])
    try place.normscope(small + ["8", "--learning-rate", "1e38", "--name", "wild"])
    let first = "first step beyond the sampling floor"
    for (name, layer, key, finding) in [
      ("wide", 1, first, "incomparable"), ("deep", 3, first, "incomparable"),
      ("running", 1, first, "never"), ("unmeasured", 1, first, "unknown"),
      ("sparse", 1, first, "unknown"), ("one", 1, first, "unknown"),
      ("wild", 1, "squared nw2 there", "diverged"), ("plain", 1, first, "never"),
    ] {
      let runs = try place.answer(["compare", "plain", name])
      #expect(
        runs.rows.contains {
          $0["key"] == .text(key) && $0["layer"] == .number(Double(layer))
            && $0["first"] == .missing && $0["second"] == .missing
            && $0["divergence"] == .text(finding)
        }, "\(name): \(runs.rows)")
      guard name != "plain" else { continue }
      let groups = try place.normscope([
        "compare", "--first-where", "name = plain", "--second-where", "name = \(name)",
      ]).output
      #expect(groups.contains("test accuracy, running"), "\(name)")
    }
  }
}
