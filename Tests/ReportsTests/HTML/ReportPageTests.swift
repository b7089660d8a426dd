import Reports
import RunModel
import RunStore
import Testing

@Suite("The order of a report")
struct ReportPageTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  func page(_ context: ReportContext = ReportContext()) throws -> (
    markup: String, checker: MarkupChecker
  ) {
    let database = try RunDatabase(path: runs.database.path, for: .read)
    let markup = try HTMLReport(of: database.runs(), in: database, context: context).html
    let checker = MarkupChecker(markup)
    #expect(checker.problems == [])
    return (markup, checker)
  }

  @Test("It opens with the finding and the figure that shows it; ids and configuration come last")
  func order() throws {
    try runs.complete("plain", hasBatchNorm: false, configuration: #"{"norm":"none"}"#)
    try runs.complete("bn", hasBatchNorm: true, configuration: #"{"norm":"batch"}"#)
    let (markup, checker) = try page()
    let places = try [
      "class=\"finding\"", "id=\"distance\"", "<nav", "id=\"measured\"", "id=\"training\"",
      "id=\"accuracy\"", "id=\"shifts\"", "id=\"shift\"", "id=\"previous\"", "id=\"batch-norm\"",
      "id=\"gap\"",
      "id=\"runs\"", try runs.database.run("bn").shortID, "id=\"configuration\"",
      "id=\"glossary\"", "id=\"again\"",
    ].map { try #require(markup.firstRange(of: $0), "\($0)").lowerBound }
    #expect(places == places.sorted())
    #expect(
      checker.visibleText.contains(
        "Test accuracy at the end: plain 97.0 %, bn 97.0 %. In bn both layers moved as far, compared with plain (W2 of the "
          + "preactivation from the start to the end, median unit). The running statistics lag behind, which costs accuracy at the end: bn 1.0 points."
      ))
  }

  @Test("A name that turns the direction of writing does not turn the sentence that it is in")
  func direction() throws {
    try runs.complete("a\u{202E}b", hasBatchNorm: false)
    try runs.complete("bn", hasBatchNorm: true)
    let markup = try page().markup
    let finding = try #require(markup.firstMatch(of: /<p class="finding">(.*?)<\/p>/)).output.1
    let outside = String(finding).replacing(/<bdi>.*?<\/bdi>/, with: "")
    #expect(outside.contains("compared with a") && !outside.unicodeScalars.contains("\u{202E}"))
  }

  @Test("The contents list leads to every section and nowhere else")
  func contents() throws {
    try runs.complete("bn", hasBatchNorm: true)
    let (markup, checker) = try page()
    let links = markup.matches(of: /href="#([^"]*)"/).map { String($0.output.1) }
    let sections = markup.matches(of: /<h2 id="([^"]*)"/).map { String($0.output.1) }
    #expect(links == sections && links.count == 8)
    #expect(Set(links).isSubset(of: Set(checker.identifiers)))
  }

  @Test("What has its default, or is alike in all runs, is folded; what differs is not")
  func folded() throws {
    let configuration = #"{"norm":"batch","seed":1,"learning_rate":0.1,"other":7}"#
    try runs.complete("a", hasBatchNorm: true, configuration: configuration)
    let defaults = #"{"norm":"none","seed":1,"learning_rate":0.1}"#
    let (markup, checker) = try page(ReportContext(defaults: defaults))
    let fold = try #require(markup.firstRange(of: "keys with the default, or with one value"))
      .lowerBound
    let norm = try #require(markup.firstRange(of: "<code>norm</code>")).lowerBound
    let seed = try #require(markup.firstRange(of: "<code>seed</code>")).lowerBound
    let other = try #require(markup.firstRange(of: "<code>other</code>")).lowerBound
    #expect(norm < fold && fold < seed && fold < other)
    #expect(checker.visibleText.contains("3 keys with the default, or with one value in all runs"))
  }

  @Test("The commands that make it again are text, whatever they hold")
  func commands() throws {
    try runs.complete("a", hasBatchNorm: true)
    let (_, checker) = try page(ReportContext(commands: ["export <b> 'x' -o y.html", "second"]))
    #expect(checker.visibleText.contains("export <b> 'x' -o y.html\nsecond\n"))
    #expect(checker.elements["b"] ?? 0 < 20 && checker.elements["pre"] == 1)
    #expect(try page().checker.visibleText.contains("did not say how"))
  }

  @Test("Every figure has a caption and a folded table of its numbers")
  func tables() throws {
    try runs.complete("bn", hasBatchNorm: true)
    let (markup, checker) = try page()
    #expect(checker.elements["figure"] == checker.elements["figcaption"])
    #expect(markup.ranges(of: "<details class=\"numbers\">").count == checker.elements["figure"])
    // An accuracy has the unit of its axis.
    #expect(markup.contains("<td>97.00 %</td>") && !markup.contains("<td>0.97</td>"))
    // The shift of layer 2 by step: 0, 0.2, 0.4, 0.6, 0.8.
    #expect(checker.visibleText.contains("layer 2: normalized W2, sd at step 0"))
    for cell in ["0.2", "0.4", "0.6", "0.8"] { #expect(markup.contains("<td>\(cell)</td>")) }
  }

  @Test("Runs that differ in the seed alone are one line with a band")
  func seeds() throws {
    for norm in ["none", "batch"] {
      for seed in 1...3 {
        try runs.complete(
          "\(norm)-\(seed)", hasBatchNorm: norm == "batch",
          configuration: "{\"norm\":\"\(norm)\",\"seed\":\(seed)}")
      }
    }
    let (markup, checker) = try page()
    #expect(checker.visibleText.contains("norm=batch"))
    #expect(
      checker.visibleText.contains("Runs that differ in the seed alone (3 of each) are one line"))
    #expect(
      checker.visibleText.contains(
        "Test accuracy at the end: norm=batch 97.0 %; norm=none 97.0 %.")
        || checker.visibleText.contains(
          "Test accuracy at the end: norm=none 97.0 %; norm=batch 97.0 %.")
    )
    for fact in [
      "The groups of runs differ in norm:", "Within a group the runs differ in the seed alone.",
      "10.4 sd W2 0.4, step 40", "of a group the median of its runs, their range in parentheses",
      "norm=none: tap preactivation, population probe, statistics none",
      "norm=batch: tap normalized, population probe, statistics running",
      "First evaluated step with a test accuracy of at least 95 %: ",
    ] {
      #expect(checker.visibleText.contains(fact), "\(fact)")
    }
    // Six runs are too many to be listed.
    #expect(
      !checker.visibleText.contains("none-1: ") && !checker.visibleText.contains("(not yet at"))
    #expect(checker.visibleText.contains("all 6 runs: 10"))
    let shift = try #require(
      markup.firstMatch(of: /<figure id="shift">(.*?)<\/figure>/.dotMatchesNewlines()))
    // Two layers with two lines and two bands each.
    #expect(shift.output.1.ranges(of: "class=\"line ").count == 4)
    #expect(shift.output.1.ranges(of: "class=\"band ").count == 4)
  }

  @Test("Of many runs the ends of the range are named, and the median")
  func many() throws {
    for (place, loss) in [3.0, 1, 2, 5, 4].enumerated() {
      let recorder = try runs.recorder("run-\(place)")
      try runs.steps(0..<2, recorder) { _ in loss }
      try recorder.end(.finished)
    }
    let (_, checker) = try page()
    #expect(
      checker.visibleText.contains(
        "Training loss of the last step: from 1 nats (run-1) to 5 nats (run-3), median 3 nats."))
  }

  @Test("A run whose layers died or whose numbers are not finite says so at the top")
  func broken() throws {
    try runs.complete("fine", hasBatchNorm: false)
    let recorder = try runs.recorder("broken")
    recorder.record(EventRecord(step: 3, layer: 2, kind: .collapsed, message: "dead"))
    recorder.record(EventRecord(step: 3, layer: 3, kind: .collapsed, message: "dead"))
    recorder.record(EventRecord(step: 5, layer: nil, kind: .nonFinite, message: "NaN"))
    try runs.steps(0..<8, recorder) { _ in 1 }
    try recorder.end(.finished)
    let (markup, checker) = try page()
    let finding = try #require(markup.firstMatch(of: /<p class="finding">(.*?)<\/p>/)).output.1
    #expect(
      finding.hasSuffix(
        "NaN or infinite values appeared in <bdi>broken</bdi> at step 5. All units of a layer died in <bdi>broken</bdi> at step 3, first in layer 2."
      ))
    #expect(checker.visibleText.contains("collapsed (2 times, step 3), non-finite (step 5)"))
  }

  @Test("A run that fell to chance is not one whose layers died")
  func chance() throws {
    let recorder = try runs.recorder("fallen")
    recorder.record(EventRecord(step: 6, layer: nil, kind: .collapsed, message: "near chance"))
    try runs.steps(0..<8, recorder) { _ in 1 }
    try recorder.end(.finished)
    let (_, checker) = try page()
    #expect(checker.visibleText.contains("The accuracy was near chance in fallen at step 6."))
    #expect(!checker.visibleText.contains("All units of a layer died"))
  }

  @Test(
    "Two runs open with their distances in one unit, and sd follow with the caution that they differ"
  )
  func distance() throws {
    try runs.complete("plain", hasBatchNorm: false)
    try runs.complete("bn", hasBatchNorm: true)
    let (markup, _) = try page()
    let figures = markup.matches(of: /<figure id="([a-z]*)">(.*?)<\/figure>/.dotMatchesNewlines())
    #expect(figures.first?.output.1 == "distance")
    let opening = try #require(figures.first).output.2
    #expect(
      opening.contains("layer 2: W2, units of the tensor: plain ends at 0.8; bn ends at 0.8."))
    #expect(!opening.contains("an sd is that of each run"))
    let shift = try #require(figures.first { $0.output.1 == "shift" }).output.2
    #expect(shift.contains("an sd is that of each run at its own start"))
    // One run has nothing to be compared with.
    let alone = try RecordedRuns()
    try alone.complete("plain", hasBatchNorm: false)
    #expect(try !HTMLReportTests.page(alone).markup.contains("id=\"distance\""))
  }
}
