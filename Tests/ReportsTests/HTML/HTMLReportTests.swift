import FoundationEssentials
import Reports
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("HTML reports")
struct HTMLReportTests {
  static let hostile = "<script>alert('x')</script>\"&amp;\u{202E}\u{0}"

  /// The page of all runs, checked for well-formedness.
  static func page(_ runs: RecordedRuns) throws -> (markup: String, checker: MarkupChecker) {
    let database = try RunDatabase(path: runs.database.path, for: .read)
    let markup = try HTMLReport(of: database.runs(), in: database).html
    let checker = MarkupChecker(markup)
    #expect(checker.problems == [])
    #expect(Set(checker.identifiers).count == checker.identifiers.count)
    return (markup, checker)
  }

  @Test("A page shows runs with and without batch norm in seven figures, and needs nothing else")
  func complete() throws {
    let runs = try RecordedRuns()
    try runs.complete("plain", hasBatchNorm: false)
    try runs.complete("normalized", hasBatchNorm: true)
    let (markup, checker) = try Self.page(runs)
    #expect(checker.elements["figure"] == 7)
    // One chart each for accuracy and loss, two layers three times, one layer of batch norm twice, its gap and the cost of that.
    #expect(markup.ranges(of: "role=\"img\"").count == 12)
    #expect(checker.attributes.isDisjoint(with: ["src", "onload", "onclick", "style"]))
    // Links stay in the page.
    #expect(markup.ranges(of: "href=").count == markup.ranges(of: "href=\"#").count)
    for element in ["link", "img", "iframe", "object"] {
      #expect(checker.elements[element] == nil)
    }
    #expect(!markup.contains("url(") && !markup.contains("@import"))
  }

  @Test("Measurements of gradients have figures, and without them there is no heading")
  func gradients() throws {
    let runs = try RecordedRuns()
    try runs.complete("plain", hasBatchNorm: false)
    #expect(
      try !Self.page(runs).checker.visibleText.contains("G is the gradient of a training batch"))
    let recorder = try runs.recorder("measured")
    for step in 0..<3 {
      for layer in 1...3 {
        recorder.record(
          GradientShiftRecord(
            step: step, layer: layer, gradientNorm: 2, differenceNorm: Double(layer - 1),
            cosine: step == 1 ? .nan : -0.25))
      }
      for length in [0, 0.5, 1] {
        recorder.record(
          LandscapeRecord(
            step: step, stepLength: length, loss: step == 1 ? .infinity : 3 - length,
            gradientNorm: 1, differenceNorm: length))
      }
      try runs.steps(step..<step + 1, recorder) { _ in 1 }
    }
    try recorder.end(.finished)
    let (markup, checker) = try Self.page(runs)
    // The layers 2 and 3 with two charts each, and three of the landscape, beside the two of the training and those of
    // two layers twice.
    #expect(markup.ranges(of: "role=\"img\"").count == 4 + 3 + 2 + 4)
    for fact in [
      "G is the gradient of a training batch", "Not shown: plain, without gradient shifts.",
      "Not shown: plain, without landscapes.",
    ] {
      #expect(checker.visibleText.contains(fact), "\(fact)")
    }
    for title in [
      "layer 3: ‖G − G′‖ / ‖G‖: measured ends at 1.",
      "layer 2: cosine of G and G′: measured ends at -0.25.",
      "loss: highest, and the range down to the lowest, nats: measured ends at 2.5.",
      "effective smoothness: largest ‖g − g(η)‖ / (η ‖g‖): measured ends at 1.",
    ] {
      #expect(markup.contains(title), "\(title)")
    }
    #expect(!markup.contains("layer 1: cosine"))
  }

  @Test("Coordinates, aggregate, epsilon, exclusions and cautions stand with every shift")
  func coordinates() throws {
    let runs = try RecordedRuns()
    try runs.complete("plain", hasBatchNorm: false)
    try runs.complete("bn", hasBatchNorm: true)
    let text = try Self.page(runs).checker.visibleText
    for fact in [
      "plain: tap preactivation, population probe, statistics none, reference start (step 0); median over the "
        + "units of a layer; ε = 0.001; no unit excluded.",
      "bn: tap preactivation, population probe, statistics batch, reference start (step 0)",
      "bn: tap preactivation, population probe, statistics batch, reference previous;",
      "bn: tap normalized, population probe, statistics running, reference start (step 0)",
      "bn: tap normalized, population probe, statistics batch, reference start (step 0)",
      "bn: These are the parameters",
      "Steps from one recorded step to the next: plain and bn: 10.",
    ] {
      #expect(text.contains(fact), "\(fact)")
    }
  }

  @Test("Units for which a measure is undefined are counted in the caption")
  func excluded() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("a")
    let site = Site(layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 3)
    for step in 0..<3 {
      recorder.record(
        site, step: step, count: 10, mean: [0, .nan, Float(step)], variance: [1, 1, 1])
    }
    try runs.steps(0..<3, recorder) { _ in 1 }
    try recorder.end(.finished)
    let text = try Self.page(runs).checker.visibleText
    #expect(text.contains("at most 1 of 3 units excluded at a step (layer 1)"))
    #expect(text.contains("population batch"))
    #expect(text.contains("part of this is sampling noise"))
  }

  @Test("Accuracies by running and by batch statistics are kept apart")
  func modes() throws {
    let runs = try RecordedRuns()
    try runs.complete("plain", hasBatchNorm: false)
    try runs.complete("bn", hasBatchNorm: true)
    let text = try Self.page(runs).checker.visibleText
    #expect(
      text.contains(
        "Last test accuracy: plain 97.00 % (no batch norm, step 40); "
          + "bn 97.00 % (running statistics, step 40); "
          + "bn 98.00 % (batch statistics, step 40)."))
    #expect(
      text.contains(
        "at least 95 %: plain 40 (not yet at 30); bn 40"))
  }

  @Test("The summary has each run's state, times, loss and accuracies, row by row")
  func summary() throws {
    let runs = try RecordedRuns()
    try runs.complete("bn", hasBatchNorm: true)
    let run = try runs.database.run("bn")
    let text = try Self.page(runs).checker.visibleText
    let slowdown = NumberFormat.fixed(try #require(run.recordingSlowdown), 3)
    for row in [
      "id\(run.shortID)", "statusfinished", "steps40", "slowdown by recording\(slowdown)x",
      "training loss of the last step0.04048 nats", "accuracy on its batch50.00 % of 10 examples",
      "final test accuracy, running statistics97.00 % of 100, step 40",
      "final test accuracy, batch statistics98.00 % of 100, step 40",
      "started, UTC\(run.startedAt.prefix(10)) \(run.startedAt.dropFirst(11).prefix(8))",
    ] {
      #expect(text.contains("\n\(row)"), "\(row)")
    }
  }

  @Test("The shift of each layer to the last step follows from the recorded moments")
  func shift() throws {
    let runs = try RecordedRuns()
    try runs.complete("plain", hasBatchNorm: false)
    let text = try Self.page(runs).checker.visibleText
    #expect(text.contains("10.4 sd W2 0.4, step 40") && text.contains("20.8 sd W2 0.8, step 40"))
  }

  @Test(
    "How configurations differ is said without saying what follows from it",
    arguments: [
      (#"{"norm":"none","seed":1}"#, 1, "configurations differ in one key, norm: a batch, b none."),
      (
        #"{"norm":"none","seed":2}"#, 2,
        "differ in 2 keys, norm, seed; a difference between the runs cannot be attributed to one of them"
      ),
      (#"{"seed":1,"norm":"batch"}"#, 0, "The configurations are the same."),
      (#"{"norm":"batch"}"#, 1, "configurations differ in one key, seed: a 1, b not set."),
      ("{}", 2, "No configuration was recorded for b"),
    ])
  func differences(second: String, differing: Int, sentence: String) throws {
    let runs = try RecordedRuns()
    for (name, text) in [("a", #"{"norm":"batch","seed":1}"#), ("b", second)] {
      try runs.recorder(name, configuration: text).end(.finished)
    }
    let (markup, checker) = try Self.page(runs)
    #expect(checker.visibleText.contains(sentence))
    let marked = markup.ranges(of: "<tr class=\"differs\">").count
    #expect(marked == differing)
  }

  @Test("The same database gives the same bytes")
  func deterministic() throws {
    let runs = try RecordedRuns()
    let configuration = #"{"a":{"b":1,"c":[1,2]},"d":null}"#
    try runs.complete("plain", hasBatchNorm: false, configuration: configuration)
    try runs.complete("bn", hasBatchNorm: true)
    #expect(try Self.page(runs).markup == Self.page(runs).markup)
  }

  @Test("Names, configuration and provenance are shown as text, whatever they hold")
  func hostileNames() throws {
    let runs = try RecordedRuns()
    let encoded = try String(
      decoding: JSONEncoder().encode([Self.hostile: Self.hostile, "data": "]]>"]), as: UTF8.self)
    for name in [Self.hostile, Self.hostile, "", "日本語の実験 — 長い名前のための試験実行"] {
      let recorder = try runs.recorder(name, configuration: encoded, provenance: encoded)
      try runs.steps(0..<3, recorder) { Double($0) }
      try recorder.end(.failed, reason: Self.hostile)
    }
    let (markup, checker) = try Self.page(runs)
    #expect(checker.elements["script"] == 1 && markup.ranges(of: "<script").count == 1)
    #expect(checker.visibleText.contains("<script>alert('x')</script>\"&amp;\u{202E}\u{FFFD}"))
  }

  @Test(
    "Hand-made configurations and provenances do not stop a report",
    arguments: [
      #"{"a":{"b":[{"c":null}]},"a.b":1}"#, #"{"data":{"source":7}}"#, #"{"data":[],"":{}}"#,
      #"{"big":1e400}"#, #"{"big":123456789012345678901234567890}"#,
    ])
  func handMade(json: String) throws {
    let runs = try RecordedRuns()
    try runs.recorder("a", configuration: json, provenance: json).end(.finished)
    try runs.recorder("b", configuration: "{}", provenance: "{}").end(.finished)
    #expect(try Self.page(runs).checker.visibleText.contains("Provenance"))
  }

  @Test("Missing steps, evaluations or moments are named in a sentence")
  func empty() throws {
    let runs = try RecordedRuns()
    try runs.recorder("nothing").end(.finished)
    let (_, checker) = try Self.page(runs)
    #expect(checker.elements["figure"] == nil)
    for sentence in [
      "nothing has no steps.", "No run was evaluated.",
      "No accuracy was recorded", "No finite training loss was recorded",
      "No run recorded moments", "source and license not recorded",
      "No run has a configuration.", "No run recorded batch norm’s output with running statistics",
    ] {
      #expect(checker.visibleText.contains(sentence), "\(sentence)")
    }
  }

  @Test("Moments of the start alone are no shift: nothing else can have moved")
  func startAlone() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("short")
    let site = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 1)
    recorder.record(site, step: 0, count: 4, mean: [0], variance: [1])
    try recorder.end(.finished)
    let (_, checker) = try Self.page(runs)
    #expect(checker.elements["figure"] == nil)
    #expect(checker.visibleText.contains("No run recorded moments after its start"))
  }

  @Test("No runs make a page that says so")
  func noRuns() throws {
    #expect(try Self.page(RecordedRuns()).checker.visibleText.contains("No run was named."))
  }

  @Test("A run beside one that lacks everything is drawn, and the other named as missing")
  func partlyEmpty() throws {
    let runs = try RecordedRuns()
    try runs.complete("full", hasBatchNorm: true)
    _ = try runs.recorder("bare")
    let (_, checker) = try Self.page(runs)
    #expect(checker.elements["figure"] == 6)
    #expect(checker.visibleText.contains("Not shown: bare, without evaluations."))
    #expect(
      checker.visibleText.contains(
        "bare was still running when the report was made. It has no steps."))
  }

  @Test("A run that diverged is marked at its last step, and its NaN losses are counted")
  func diverged() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("wild")
    try runs.steps(0..<8, recorder) { $0 < 6 ? Double($0 + 1) : .nan }
    try recorder.end(.diverged, reason: "The loss of step 7 is nan.")
    let (markup, checker) = try Self.page(runs)
    for sentence in [
      "wild diverged: its loss became NaN or infinite. Its last recorded step is 7.",
      "diverged: The loss of step 7 is nan.",
      "wild: points left out as NaN, infinite or beyond 1e300: 2.",
      "A cross on the axis marks the last step of wild, which diverged.",
    ] {
      #expect(checker.visibleText.contains(sentence), "\(sentence)")
    }
    #expect(markup.contains("class=\"cross s-run0\""))
    #expect(!markup.contains("nan\"") && !markup.contains("Lnan") && !markup.contains("Mnan"))
  }

  @Test(
    "Losses that are all NaN or very large do not stop a report",
    arguments: [
      [.nan, .nan], [.infinity, -.infinity], [1.7e308, -1.7e308],
      [.leastNonzeroMagnitude, 1e-305], [0, 0],
      [1e-9, 1e9],
    ] as [[Double]])
  func extremeLosses(losses: [Double]) throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("a")
    try runs.steps(0..<2, recorder) { losses[$0] }
    try recorder.end(.finished)
    #expect(try Self.page(runs).checker.visibleText.contains("Training"))
  }

  @Test(
    "The loss axis is logarithmic where losses are positive and more than a factor of 20 apart",
    arguments: [([1, 20.1], true), ([1, 19.9], false), ([0, 50], false)])
  func lossAxis(losses: [Double], isLogarithmic: Bool) throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("a")
    try runs.steps(0..<2, recorder) { losses[$0] }
    try recorder.end(.finished)
    let text = try Self.page(runs).checker.visibleText
    #expect(text.contains("The axis is logarithmic.") == isLogarithmic)
  }

  @Test("A line has at most 400 points, the ends among them, and the caption says so")
  func sampling() throws {
    let runs = try RecordedRuns()
    let site = Site(layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)
    let recorder = try runs.recorder("long")
    for step in 0..<2500 {
      recorder.record(site, step: step, count: 4, mean: [Float(step)], variance: [1])
    }
    try runs.steps(0..<2500, recorder) { Double($0) }
    try recorder.end(.finished)
    let (markup, checker) = try Self.page(runs)
    let lengths = markup.matches(of: /class="line s-run0"[^>]* d="([^"]*)"/).map {
      $0.output.1.matches(of: /-?[0-9.]+/).count / 2
    }
    // The shift from the start has all the points, the loss means of 7 steps, the first step has no previous one.
    #expect(lengths == [400, 358, 399])
    let note = "400 of 2,500 recorded steps are drawn, evenly chosen, about one in 6.26"
    #expect(checker.visibleText.ranges(of: note).count >= 2)
    #expect(checker.visibleText.contains("each point is the mean of 7 successive steps"))
    #expect(checker.visibleText.contains("2,499"))
  }

  @Test("A run named twice is reported once; two runs of one name have their ids")
  func names() throws {
    let runs = try RecordedRuns()
    try runs.recorder("twin").end(.finished)
    try runs.recorder("twin").end(.finished)
    let all = try runs.database.runs()
    let markup = try HTMLReport(of: [all[0], all[0], all[1]], in: runs.database).html
    #expect(
      markup.contains("<title>twin (\(all[0].shortID)), twin (\(all[1].shortID))</title>"))
  }

  @Test("Independent parsers accept the page and every figure", .enabled(if: Self.hasPython))
  func independentParser() throws {
    let runs = try RecordedRuns()
    try runs.complete(Self.hostile, hasBatchNorm: false)
    try runs.complete("bn", hasBatchNorm: true)
    let page = try runs.folder.write(Self.page(runs).markup, to: "page.html")
    let script = """
      import re, sys, xml.etree.ElementTree as tree
      page = open(sys.argv[1], encoding="utf-8").read()
      figures = re.findall(r"<svg.*?</svg>", page, re.S)
      for figure in figures: tree.fromstring(figure)
      body = re.sub(r"<!DOCTYPE html>|<meta[^>]*>", "", page)
      tree.fromstring(body)
      print(len([f for f in figures if 'role="img"' in f]))
      """
    let result = try CommandRun("python3", ["-c", script, page])
    #expect(result.errorOutput == "")
    #expect(result.output == "12\n")
  }

  static let hasPython = (try? CommandRun("python3", ["-c", ""]).exitCode) == 0
}
