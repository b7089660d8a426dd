import FoundationEssentials
import TestSupport
import Testing

@Suite("The commands gradients and landscape")
struct GradientCommandTests {
  private struct Gradients: Decodable {
    struct Shift: Decodable {
      let step: Int
      let layer: Int
      let gradient_norm: Double
      let difference_norm: Double
      let relative_difference: Double
      let cosine: Double
    }

    let schema: Int
    let gradient_shifts: [Shift]
  }

  private struct Landscapes: Decodable {
    struct Landscape: Decodable {
      struct Point: Decodable {
        let step_length: Double
        let loss: Double
      }

      let step: Int
      let loss: Double
      let loss_min: Double
      let loss_max: Double
      let smoothness_step_length: Double
      let inverse_smallest_step_length: Double
      let points: [Point]
    }

    let schema: Int
    let landscapes: [Landscape]
  }

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

  @Test("Gradients answers in four formats with the same numbers")
  func gradients() throws {
    let json = try recorded.normscope(["gradients", "latest", "--format", "json"]).output
    let document = try JSONDecoder().decode(Gradients.self, from: Data(json.utf8))
    #expect(document.schema == 1)
    #expect(document.gradient_shifts.map(\.step) == [0, 0, 0, 5, 5, 5, 10, 10, 10])
    for shift in document.gradient_shifts {
      #expect(shift.relative_difference == shift.difference_norm / shift.gradient_norm)
      #expect(shift.layer > 1 || (shift.difference_norm == 0 && shift.cosine == 1))
    }
    let csv = try rows(["gradients", "latest", "--layer", "2", "--format", "csv"])
    #expect(
      csv[0] == "run,layer,step,gradient_norm,difference_norm,relative_difference,cosine")
    #expect(
      csv.dropFirst().map { $0.split(separator: ",")[3...].map { Double($0) } }
        == document.gradient_shifts.filter { $0.layer == 2 }.map {
          [$0.gradient_norm, $0.difference_norm, $0.relative_difference, $0.cosine]
        })
    #expect(try rows(["gradients", "latest", "--format", "ndjson"]).count == 9)
    let table = try rows(["gradients", "latest"])
    #expect(table.count { $0.hasPrefix("# ") } == 3 && table.count == 3 + 1 + 9)
  }

  @Test("Landscape answers in four formats with the same numbers")
  func landscape() throws {
    let json = try recorded.normscope(["landscape", "latest", "--format", "json"]).output
    let document = try JSONDecoder().decode(Landscapes.self, from: Data(json.utf8))
    #expect(document.schema == 1)
    #expect(document.landscapes.map(\.step) == [0, 10])
    for landscape in document.landscapes {
      #expect(landscape.points.map(\.step_length) == [0.05, 0.1])
      #expect(landscape.loss_min == landscape.points.map(\.loss).min())
      #expect(landscape.loss_max == landscape.points.map(\.loss).max())
      #expect(landscape.inverse_smallest_step_length == 20)
      #expect([0.05, 0.1].contains(landscape.smoothness_step_length))
    }
    let csv = try rows(["landscape", "latest", "--format", "csv"])
    #expect(csv.count == 3)
    #expect(
      csv[0]
        == "run,step,loss,loss_min,loss_max,gradient_norm,gradient_predictiveness,effective_smoothness,smoothness_step_length,inverse_smallest_step_length"
    )
    #expect(
      csv.dropFirst().map { Double($0.split(separator: ",")[2]) } == document.landscapes.map(\.loss)
    )
    #expect(try rows(["landscape", "latest", "--format", "ndjson"]).count == 2)
    #expect(try rows(["landscape", "latest"]).count == 3 + 1 + 2)
  }

  @Test("A run without measurements, and a layer that it has not, are told what to do")
  func missing() throws {
    try recorded.normscope(["record", "--layers", "4", "--steps", "2", "--name", "bare"])
    for (arguments, part) in [
      (["gradients", "bare"], "--gradient-shift-every"),
      (["landscape", "bare"], "--landscape-every"),
      (["gradients", "latest~1", "--layer", "4"], "1 to 3"),
    ] {
      let run = try recorded.attempt(arguments)
      #expect(run.exitCode == 66)
      #expect(run.errorOutput.contains(part), "\(run.errorOutput)")
      #expect(run.output.isEmpty)
    }
  }
}
