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
      "class=\"finding\"", "id=\"shift\"", "<nav", "id=\"measured\"", "id=\"training\"",
      "id=\"accuracy\"", "id=\"shifts\"", "id=\"previous\"", "id=\"batch-norm\"", "id=\"gap\"",
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
    let fold = try #require(markup.firstRange(of: "keys have their default, or one value"))
      .lowerBound
    let norm = try #require(markup.firstRange(of: "<code>norm</code>")).lowerBound
    let seed = try #require(markup.firstRange(of: "<code>seed</code>")).lowerBound
    let other = try #require(markup.firstRange(of: "<code>other</code>")).lowerBound
    #expect(norm < fold && fold < seed && fold < other)
    #expect(checker.visibleText.contains("3 keys have their default"))
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
    #expect(checker.visibleText.contains("norm=batch, 3 seeds"))
    #expect(checker.visibleText.contains("Runs that differ in the seed alone are one line"))
    #expect(
      checker.visibleText.contains(
        "Test accuracy at the end: norm=batch, 3 seeds 97.0 %; norm=none, 3 seeds 97.0 %.")
        || checker.visibleText.contains(
          "Test accuracy at the end: norm=none, 3 seeds 97.0 %; norm=batch, 3 seeds 97.0 %.")
    )
    let shift = try #require(
      markup.firstMatch(of: /<figure id="shift">(.*?)<\/figure>/.dotMatchesNewlines()))
    // Two layers with two lines and two bands each.
    #expect(shift.output.1.ranges(of: "class=\"line ").count == 4)
    #expect(shift.output.1.ranges(of: "class=\"band ").count == 4)
  }
}
