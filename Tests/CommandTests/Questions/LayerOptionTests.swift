import TestSupport
import Testing

@Suite("The layers of an answer")
struct LayerOptionTests {
  private static let made = Result { try MadeRuns(hasNames: true) }

  /// A question of every command that takes layers, about runs of two layers.
  static let questions = [
    ["shift", "bn-1"], ["shift", "bn-1", "--measure", "ks"], ["distribution", "bn-1"],
    ["trajectory", "bn-1"], ["trajectory", "bn-1", "--lags", "2"], ["gradients", "bn-1"],
    ["health", "bn-1"], ["alarms", "resnet"], ["events", "bn-1"], ["compare", "plain-1", "bn-1"],
    ["compare", "--first-where", "name ~ plain", "--second-where", "name ~ bn"],
    [
      "compare", "--first-where", "name ~ plain", "--second-where", "name ~ bn", "--points", "2",
    ],
    ["check", "bn-1", "--max", "nw2 <= 100"],
  ]

  @Test("Every command that has the option is asked here")
  func commands() throws {
    let commands = try CommandTree.all().filter {
      $0.value.options.contains { $0.longNames == ["--layer"] }
    }
    #expect(Set(commands.keys) == Set(Self.questions.map { $0[0] }).subtracting(["check"]))
  }

  /// A question about some layers alone: by the option, in a limit by its coordinate.
  static func asked(_ question: [String], _ layers: String) -> [String] {
    question[0] == "check"
      ? question.map { $0.replacing("nw2", with: "nw2(layer=\(layers))") }
      : question + ["--layer", layers]
  }

  @Test("Layers are selected by number, name or pattern alike", arguments: questions)
  func selection(question: [String]) throws {
    let place = try Self.made.get().place
    let isLong = question[1] == "resnet"
    let name = isLong ? "bn1" : "backbone.features.0.block.norm1"
    let all = try place.answer(question)
    func rows(_ layers: String) throws -> [[String: AnswerDocument.Value]] {
      try place.answer(Self.asked(question, layers)).rows.map { row in
        row.filter { $0.key != "limit" }
      }
    }
    let byNumber = try rows("1")
    #expect(byNumber.compactMap { $0["layer"]?.number }.allSatisfy { $0 == 1 })
    #expect(question[0] == "alarms" || byNumber.contains { $0["layer"] == .number(1) })
    let others = all.rows.filter { row in row["layer"]?.number.map { $0 != 1 } ?? false }
    #expect(byNumber.count < all.rows.count || others.isEmpty)
    #expect(try rows(name) == byNumber)
    #expect(try rows(isLong ? "bn[1]" : "backbone.*") == byNumber)
    // Of two layers one has a name that reads like a number, which no layer has.
    if !isLong && question[0] != "events" {
      #expect(try Set(rows("4").compactMap { $0["layer"]?.number }) == [2])
    }
  }

  @Test("A layer that is not there is an error with what is near", arguments: questions)
  func error(question: [String]) throws {
    let place = try Self.made.get().place
    let name = question[1] == "resnet" ? "layer3.1.bm2" : "backbone.features.0.block.norm9"
    expectOneSentence(
      try place.attempt(Self.asked(question, name)), exitCode: 66,
      containing: "has no layer \"\(name)\"; near: ")
  }
}
