import FoundationEssentials
import TestSupport
import Testing

/// Faults that users of other programs reported, and that this one does not have.
@Suite("Cases that were reported of other programs")
struct ReportedCasesTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  static let few = ["record", "--layers", "4", "--steps", "5", "--noise-every", "0"]

  @Test(
    "Batch norm over a single example is refused before anything is written",
    arguments: [
      ["--batch-size", "1"],
      ["--batch-size", "8", "--ghost-batch-size", "1", "--ema-variance", "unbiased"],
    ])
  func batchOfOne(options: [String]) throws {
    expectOneSentence(
      try place.attempt(Self.few + options), exitCode: 64, containing: "batches of 1")
    #expect(!FileManager.default.fileExists(atPath: place.folder.file("runs.db")))
  }

  @Test("A CSV with a byte-order mark, quoted names and CRLF is read")
  func byteOrderMark() throws {
    let rows = (1...20).map { "\"\($0 % 2)\",\"\($0).5\"\r\n" }
    try place.folder.write("\u{FEFF}\"label\",\"a\"\r\n" + rows.joined(), to: "bom.csv")
    try place.normscope(Self.few + ["--data", "./bom.csv", "--batch-size", "4"])
  }

  @Test("A gate about steps that are not there is an error, not passed")
  func gateOfNoSteps() throws {
    try place.normscope(Self.few + ["--name", "a"])
    let run = try place.attempt(["check", "a", "--max", "nw2 <= 0.5 after 1000"])
    #expect(run.exitCode == 66, "\(run.output)")
  }
}
