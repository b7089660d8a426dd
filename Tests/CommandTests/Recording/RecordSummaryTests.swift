import TestSupport
import Testing

@Suite("What record says at its end")
struct RecordSummaryTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  private func record(_ options: String..., columns: String = "") throws -> [String] {
    let run = try place.attempt(
      [
        "record", "--layers", "6,5", "--batch-size", "20", "--steps", "40", "--norm", "batch",
        "--name", "small",
      ] + options, environment: ["COLUMNS": columns, "LC_ALL": "C.UTF-8"])
    try #require(run.exitCode == 0, "\(run.errorOutput)")
    return run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  @Test("It opens with the test's accuracy, draws loss and layers, and says what was written")
  func probe() throws {
    let lines = try record("--probe", "20", "--probe-every", "10")
    let shown = try place.answer(["show", "small"]).rows.filter {
      $0["record"] == .text("evaluation")
    }
    let accuracy = try #require(
      shown.first { $0["split"] == .text("test") && $0["statistics"] == .text("running") }?[
        "accuracy"]?.number)
    #expect(lines[0].hasPrefix("small: test accuracy "))
    let whole = Int((accuracy * 100).rounded(.down))
    #expect(lines[0].contains("accuracy \(whole).") || lines[0].contains("accuracy \(whole + 1)."))
    #expect(lines[1].hasPrefix("training loss ") && lines[2].hasPrefix("training accuracy "))
    let series = lines.filter { $0.hasPrefix("layer ") }
    #expect(series.count == 3)
    // The probe is recorded at five steps.
    for line in series { #expect(line.filter { "▁▂▃▄▅▆▇█".contains($0) }.count == 5, "\(line)") }
    let cost = try #require(lines.first { $0.hasPrefix("run ") })
    #expect(cost.contains(": finished, 40 steps in ") && cost.contains("; recording took "))
    let bytes = try #require(try place.answer(["runs"]).rows.first)
    #expect(bytes["steps"]?.number == 40)
    let table = try place.normscope(["runs", "--columns", "name"]).output
    let size = try #require(
      table.split(separator: "\n").last?.split(separator: " ").dropLast().last)
    #expect(cost.contains("; \(size) MB of moments written."))
    #expect(lines.suffix(2)[lines.count - 2].hasPrefix("next: normscope shift "))
  }

  @Test("A batch's shift is not drawn, because it has sampling noise")
  func withoutProbe() throws {
    let lines = try record("--probe", "0")
    #expect(lines[0].hasPrefix("small: test accuracy "))
    #expect(!lines.contains { $0.hasPrefix("layer ") || $0.hasPrefix("shift ") })
  }

  @Test("The command that comes next is whole, with the database where it was named")
  func next() throws {
    for options in [[], ["--db", "other.db"]] {
      let run = try place.attempt(
        ["record", "--layers", "6", "--steps", "4", "--name", "small"] + options)
      let id = try #require(run.output.firstMatch(of: /run ([0-9a-f]{8}): finished/)).output.1
      let wanted = (["next: normscope shift \(id) --points 10"] + options).joined(separator: " ")
      #expect(run.output.hasSuffix("\n\(wanted)\n"), "\(run.output)")
    }
  }

  @Test("The lines fit the terminal, in the characters of its locale")
  func narrow() throws {
    let lines = try record("--probe", "20", "--probe-every", "10", columns: "60")
    #expect(lines.filter { !$0.hasPrefix("next: ") }.allSatisfy { $0.count <= 60 })
    let ascii = try place.attempt(
      ["record", "--layers", "6", "--steps", "10"], environment: ["LC_ALL": "C"])
    #expect(ascii.output.contains("training loss  ") && !ascii.output.contains("▁"))
  }
}
