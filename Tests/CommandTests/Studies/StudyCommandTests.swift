import FoundationEssentials
import Glibc
import TestSupport
import Testing

@Suite("normscope study")
struct StudyCommandTests {
  @Test("It opens with the question and the verdict, and says each claim with its figure and bound")
  func finding() throws {
    let place = try PreparedFolder.copy()
    let shown = try place.normscope(["study", "study.json", "--seeds", "3"]).output
    let lines = shown.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("Is the first arm better? "))
    #expect(lines[0].hasSuffix("Holds: It is."))
    let claim = try #require(lines.first { $0.hasPrefix("holds ") })
    #expect(claim.hasSuffix("at least -1  It is more accurate."))
    #expect(shown.contains("What it does not show: Everything."))
    #expect(shown.contains("after nobody; 3 seeds of 2 arms"))
    #expect(shown.contains("95 % t-interval"))
    // A row for each arm, with the smallest and the largest figure.
    #expect(shown.contains("none ") && shown.contains("batch "))
  }

  @Test("Programs have the criteria and each measured figure with its run")
  func rows() throws {
    let place = try PreparedFolder.copy()
    let answer = try place.answer(["study", "study.json", "--seeds", "3"])
    let criteria = answer.rows(of: "criterion")
    #expect(criteria.count == 1 && criteria[0]["verdict"]?.text == "holds")
    #expect(criteria[0]["at_least"]?.number == -1 && criteria[0]["seeds"]?.number == 3)
    let measured = answer.rows(of: "measured")
    #expect(measured.count == 6)
    #expect(
      measured.map { $0["arm"]?.text } == ["none", "none", "none", "batch", "batch", "batch"])
    #expect(measured.compactMap { $0["seed"]?.number } == [1, 2, 3, 1, 2, 3])
    for row in measured {
      let name = try #require(row["run_name"]?.text)
      let shown = try place.answer(["show", name]).rows(of: "evaluation")
      let running = shown.first { ["running", "none"].contains($0["statistics"]?.text) }
      #expect(running?["accuracy"]?.number == row["value"]?.number, "\(name)")
    }
    // The second time nothing is recorded.
    #expect(try place.answer(["study", "study.json", "--seeds", "3"]).rows == answer.rows)
  }

  @Test("A report opens with the question, the answer, the figures and what is not shown")
  func report() throws {
    let place = try PreparedFolder.copy()
    try place.normscope(["study", "study.json", "--seeds", "6", "-o", "study.html"])
    let page = try String(decoding: place.bytes(of: "study.html"), as: UTF8.self)
    let parts = [
      "<h1>Is the first arm better?</h1>", "Holds: It is.", "What was measured in each run.",
      "It is more accurate.", "What it does not show", "Everything.",
      "The figures below are of 2 of the 12 runs", "id=\"shifts\"", "id=\"again\"",
    ]
    var rest = page[...]
    for part in parts {
      let range = try #require(rest.firstRange(of: part), "\(part)")
      rest = rest[range.upperBound...]
    }
  }

  @Test("Several studies have a row each")
  func several() throws {
    let place = try PreparedFolder.copy()
    let other = try String(decoding: place.bytes(of: "study.json"), as: UTF8.self)
      .replacing("\"small\"", with: "\"other\"").replacing(
        "\"at_least\": -1", with: "\"at_least\": 2")
    _ = try place.folder.write(other, to: "other.json")
    let run = try place.normscope(["study", "study.json", "other.json", "--seeds", "3"])
    #expect(run.output.contains("Of 2 studies: 1 holds, 1 does not hold."))
    #expect(run.errorOutput.contains("normscope: small: holds\nnormscope: other: does not hold\n"))
    let refused = try place.attempt(["study", "study.json", "other.json", "-o", "study.html"])
    #expect(refused.exitCode == 64 && refused.errorOutput.contains("A report is of one study"))
  }

  @Test(
    "What is wrong is said in one sentence, and nothing is recorded",
    arguments: [
      (["speed-upp"], 64, "did you mean speed-up?"), (["xyz"], 64, "normscope study list"),
      (["none.json"], 66, "none.json cannot be read"),
      (["study.json", "--seeds", "1"], 64, "2 to 1000"),
      (["study.json", "--jobs", "0"], 64, "use 1 to 1024"), ([], 64, "study"),
      (["small.json"], 64, "small.json"), (["all", "-o", "study.html"], 64, "of one study"),
      (["study.json", "-o", "no-such/study.html"], 73, "no-such/study.html"),
    ] as [([String], Int32, String)])
  func faults(arguments: [String], code: Int32, part: String) throws {
    let place = try PreparedFolder.copy()
    let before = try place.answer(["runs"]).rows.count
    let run = try place.attempt(["study"] + arguments)
    #expect(run.exitCode == code && run.errorOutput.contains(part), "\(run.errorOutput)")
    #expect(try place.answer(["runs"]).rows.count == before)
  }

  @Test("The list has every file of the studies, and show prints one that is run as it is")
  func list() throws {
    let place = try PreparedFolder.copy()
    let names = try place.answer(["study", "list"]).rows.compactMap { $0["study"]?.text }
    #expect(names.contains("speed-up") && names.count > 10)
    for name in names {
      let text = try place.normscope(["study", "show", name]).output
      let file = try String(
        contentsOfFile: Repository.root + "/Sources/Studies/BuiltIn/\(name).json", encoding: .utf8)
      #expect(text == file)
    }
  }

  @Test("Ctrl-C stops it with what it has, and the same command continues")
  func stopping() throws {
    let place = try PreparedFolder.copy()
    let long = try String(decoding: place.bytes(of: "study.json"), as: UTF8.self)
      .replacing("\"steps\": 3", with: "\"steps\": 4000")
    _ = try place.folder.write(long, to: "long.json")
    let started = try place.start(["study", "long.json"])
    while try place.answer(["runs"]).rows.allSatisfy({
      $0["run_name"]?.text?.hasPrefix("small-") != true
    }) {}
    started.send(SIGINT)
    let stopped = try started.wait()
    #expect(stopped.exitCode == 130, "\(stopped.errorOutput)")
    #expect(stopped.errorOutput.contains("the same command continues it"))
    let shortened = try place.normscope(["study", "long.json", "--format", "json"])
    #expect(shortened.exitCode == 0)
    let rows = try place.answer(["runs", "--where", "tag.study = small"]).rows
    #expect(rows.count == 4 && rows.allSatisfy { $0["status"]?.text == "finished" })
  }
}

@Suite("The page on studies")
struct StudiesPageTests {
  private let page: String

  init() throws {
    page = try String(
      contentsOfFile: Repository.root
        + "/Sources/NormscopeCommand/NormscopeCommand.docc/Studies.md", encoding: .utf8)
  }

  @Test("Its study runs as it stands")
  func example() throws {
    let start = try #require(page.firstRange(of: "```json\n")?.upperBound)
    let end = try #require(page[start...].firstRange(of: "```")?.lowerBound)
    let place = try RecordedFolder()
    _ = try place.folder.write(String(page[start..<end]), to: "mine.json")
    let answer = try place.answer(["study", "mine.json", "--quick"])
    #expect(answer.rows(of: "criterion").count == 1)
    #expect(answer.rows(of: "measured").count == 4)
  }
}
