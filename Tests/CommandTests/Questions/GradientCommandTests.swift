import FoundationEssentials
import TestSupport
import Testing

@Suite("The commands gradients and landscape")
struct GradientCommandTests {
  let recorded: RecordedFolder

  init() throws {
    recorded = try RecordedFolder()
    try recorded.normscope([
      "record", "--layers", "8,6", "--steps", "11", "--gradient-shift-every", "5",
      "--landscape-every", "10", "--landscape-lengths", "1,0.5", "--probe", "0",
    ])
  }

  private func rows(_ arguments: [String]) throws -> [String] {
    try recorded.normscope(arguments).output.split(separator: "\n").map(String.init)
  }

  @Test("Gradients answers with the shift of each layer at each measured step")
  func gradients() throws {
    let shifts = try recorded.answer(["gradients", "latest"]).rows
    #expect(shifts.map { $0["step"]?.number } == [0, 5, 10, 0, 5, 10, 0, 5, 10])
    for shift in shifts {
      func number(_ column: String) throws -> Double { try #require(shift[column]?.number) }
      #expect(
        try number("relative_difference") == number("difference_norm") / number("gradient_norm"))
      #expect(
        try number("layer") > 1 || (number("difference_norm") == 0 && number("cosine") == 1))
    }
    let second = try recorded.answer(["gradients", "latest", "--layer", "2"]).rows
    #expect(second == shifts.filter { $0["layer"] == .number(2) } && second.count == 3)
    let table = try rows(["gradients", "latest"])
    #expect(table.count { $0.hasPrefix("# ") } == 3 && table.count == 1 + 3 + 1 + 9)
  }

  @Test("Landscape answers with the points of the loss and what follows from them")
  func landscape() throws {
    let answer = try recorded.answer(["landscape", "latest"])
    let landscapes = answer.rows(of: "landscape")
    #expect(landscapes.map { $0["step"]?.number } == [0, 10])
    for landscape in landscapes {
      let points = answer.rows(of: "point").filter { $0["step"] == landscape["step"] }
      #expect(points.map { $0["step_length"]?.number } == [0.05, 0.1])
      let losses = points.compactMap { $0["loss"]?.number }
      #expect(landscape["loss_min"]?.number == losses.min())
      #expect(landscape["loss_max"]?.number == losses.max())
      #expect(landscape["inverse_smallest_step_length"] == .number(20))
      #expect([0.05, 0.1].contains(landscape["smoothness_step_length"]?.number))
    }
    #expect(try rows(["landscape", "latest"]).count == 1 + 3 + 1 + 2)
  }

  @Test("A run without measurements, and a missing layer, are refused with advice")
  func missing() throws {
    try recorded.normscope(["record", "--layers", "4", "--steps", "2", "--name", "bare"])
    for (arguments, part) in [
      (["gradients", "bare"], "--gradient-shift-every"),
      (["landscape", "bare"], "--landscape-every"),
      (["gradients", "latest~1", "--layer", "4"], "the layers 1, 2, 3"),
    ] {
      let run = try recorded.attempt(arguments)
      #expect(run.exitCode == 66)
      #expect(run.errorOutput.contains(part), "\(run.errorOutput)")
      #expect(run.output.isEmpty)
    }
  }
}
