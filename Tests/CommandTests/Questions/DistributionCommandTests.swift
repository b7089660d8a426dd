import FoundationEssentials
import TestSupport
import Testing

@Suite("Quantiles and histograms on the command line")
struct DistributionCommandTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  static let record = [
    "record", "--layers", "6,1", "--steps", "6", "--probe", "50", "--probe-every", "3",
  ]

  @Test("Recorded distributions are in the answers of distribution, shift and export")
  func told() throws {
    try place.normscope(
      Self.record + [
        "--name", "full", "--quantiles", "0.15,0.5,0.85", "--histogram-bins", "16",
        "--histogram-range", "-5,5", "--higher-moments",
      ])
    let bands = try place.answer(["distribution", "full", "--layer", "1", "--unit", "6"])
    #expect(
      bands.columns == [
        "run", "run_name", "tap", "population", "statistics", "unit", "layer", "layer_name", "step",
        "count", "mean", "sd", "skewness", "kurtosis", "q0.15", "q0.5", "q0.85", "non_finite_count",
        "units",
        "excluded_units",
      ])
    #expect(bands.numbers(of: "step") == [0, 3, 6] && bands.numbers(of: "unit") == [6, 6, 6])
    for row in bands.rows {
      let figures = bands.columns[10...16].compactMap { row[$0]?.number }
      #expect(figures.count == 7 && figures[4] < figures[5] && figures[5] < figures[6])
    }
    let table = try place.normscope(["distribution", "full", "--tap", "normalized"]).output
    #expect(table.contains("median over the units") && table.contains("q0.85"))

    for format in ["table", "csv", "json", "ndjson"] {
      let shift = try place.normscope(
        [
          "shift", "full", "--measure", "js_histogram,psi,w1_histogram,ks", "--reference",
          "previous", "--format", format,
        ])
      #expect(shift.output.contains("psi") && shift.output.contains("16"))
      #expect(shift.output.contains("js_histogram") && shift.output.contains("ks"))
    }
    try place.normscope(["export", "full", "--format", "csv", "-o", "all.csv"])
    let exported = AnswerDocument(
      csv: try String(contentsOfFile: place.folder.file("all.csv"), encoding: .utf8))
    for record in ["histogram_axis", "histogram", "quantile", "batch_noise"] {
      #expect(!exported.rows(of: record).isEmpty, "\(record)")
    }
    #expect(exported.rows(of: "moment").contains { $0["skewness"]?.text != nil })
    #expect(try place.normscope(["db", "check"]).output.contains("faults        0\n"))
  }

  @Test(
    "Impossible options leave no database behind",
    arguments: [
      (["--quantiles", "0.5,1.5"], "--quantiles"), (["--quantiles", "nan"], "--quantiles"),
      (["--histogram-bins", "0"], "--histogram-bins"),
      (["--histogram-bins", "100000"], "at most 1024"),
      (["--histogram-bins", "8", "--histogram-range", "5,-5"], "--histogram-range"),
      (["--histogram-bins", "8", "--histogram-range", "-inf,5"], "--histogram-range"),
      (["--histogram-bins", "8", "--histogram-range", "1"], "--histogram-range"),
      (["--histogram-range", "-5,5"], "--histogram-bins 64"),
      (["--quantiles", "0.5", "--probe", "0"], "--probe"),
    ])
  func impossible(options: [String], part: String) throws {
    expectOneSentence(
      try place.attempt(["record", "--steps", "1"] + options), exitCode: 64, containing: part)
    let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    #expect(names.allSatisfy { !$0.contains(".db") })
  }

  @Test("Questions that a run has no answer to end in one sentence")
  func unanswered() throws {
    try place.normscope(Self.record + ["--name", "plain"])
    expectOneSentence(
      try place.attempt(["shift", "plain", "--measure", "psi"]), exitCode: 66,
      containing: "--histogram-bins 64")
    expectOneSentence(
      try place.attempt(["shift", "plain", "--measure", "psi,nw2"]), exitCode: 64,
      containing: "by themselves")
    expectOneSentence(
      try place.attempt(["shift", "plain", "--measure", "psi", "--pooled", "--points", "3"]),
      exitCode: 64, containing: "--pooled")
    expectOneSentence(
      try place.attempt(["distribution", "plain", "--unit", "2"]), exitCode: 66,
      containing: "no unit 2", "1 to 1")
    expectOneSentence(
      try place.attempt(["distribution", "plain", "--unit", "0"]), exitCode: 66,
      containing: "no unit 0")
    expectOneSentence(
      try place.attempt(["distribution", "plain", "--points", "0"]), exitCode: 64,
      containing: "--points 100")
    let table = try place.normscope(["distribution", "plain"]).output
    #expect(table.contains("mean") && !table.contains("skewness") && !table.contains("q0"))
  }
}
