import RunModel
import ShiftAnalysis
import TestSupport
import Testing

@testable import Reports

@Suite("The verdict on a network's health")
struct HealthFindingTests {
  /// The verdict on two layers of 10 units at step 200, whose variances and numbers of elements that are not finite are given.
  private func finding(
    variance: [[Float]], nonFinite: [Int] = [0, 0], gamma: [Float]? = nil,
    accuracies: [(StatisticsMode, Double)] = [(.none, 0.9)], before: Double? = nil,
    tap: Site.Tap = .preactivation, status: Run.Status = .finished
  ) throws -> HealthFinding {
    let store = RunArrays()
    let recorder = store.begin(NewRun(name: "tried"))
    for layer in 1...2 {
      let hasBatchNorm = layer == 1 && gamma != nil
      recorder.record(
        Site(
          layer: layer, tap: tap, population: .probe,
          statistics: gamma == nil ? .none : .batch, width: 10,
          epsilon: hasBatchNorm ? 1e-3 : nil, activation: layer == 1 ? "sigmoid" : nil),
        step: 200, count: 9, nonFiniteCount: nonFinite[layer - 1],
        mean: Array(repeating: 0, count: 10), variance: variance[layer - 1],
        affine: hasBatchNorm
          ? gamma.map { (gamma: $0, beta: Array(repeating: 0, count: 10)) } : nil,
        higherMoments: nil)
    }
    if let before {
      recorder.record(
        EvaluationRecord(step: 100, split: .test, statistics: .none, loss: 1, accuracy: before))
    }
    for (statistics, accuracy) in accuracies {
      recorder.record(
        EvaluationRecord(
          step: 200, split: .test, statistics: statistics, loss: 1, accuracy: accuracy))
    }
    try recorder.end(status)
    let run = try store.run("tried")
    return HealthFinding(
      try store.health(of: run), store.evaluations(of: run), of: run, try store.layers(of: run))
  }

  private let sound = [Float](repeating: 1, count: 10)

  /// The sentences after the verdict.
  private func problems(_ finding: HealthFinding) -> String {
    finding.sentences.dropFirst().joined(separator: " ")
  }

  @Test("A sound network is healthy, and each check has its value and its limit")
  func healthy() throws {
    let finding = try finding(variance: [sound, sound])
    #expect(finding.isHealthy && finding.sentences == ["tried after step 200: healthy."])
    #expect(
      finding.checks.map { "\($0.status.rawValue) \($0.name): \($0.value) of \($0.limit)" } == [
        "ok not finite: none of none", "ok dead units: 0 of 20 of 10 % of a layer",
        "ok saturated outputs: 0.0 % of 50 %",
        "ok test accuracy: 90.0 % of above 15.0 %",
      ])
  }

  @Test("A layer whose units are all dead passes nothing; a few dead units are not a problem")
  func dead() throws {
    let dead = [Float](repeating: 0, count: 10)
    let finding = try finding(variance: [sound, dead])
    #expect(!finding.isHealthy)
    #expect(finding.sentences[0] == "tried after step 200: 1 problem.")
    #expect(problems(finding).hasPrefix("All 10 units of layer 2 are dead: nothing passes."))
    #expect(finding.checks.first { $0.name == "dead units" }?.status == .fail)
    let one = try self.finding(variance: [sound, Array(dead.prefix(1)) + sound.dropFirst()])
    #expect(one.isHealthy && one.checks.first { $0.name == "dead units" }?.value == "1 of 20")
    let two = try self.finding(variance: [sound, Array(dead.prefix(2)) + sound.dropFirst(2)])
    #expect(problems(two).hasPrefix("2 of 10 units of layer 2 are dead"))
  }

  @Test("Elements that are not finite, a diverged run and an accuracy at chance are failures")
  func failures() throws {
    let broken = try finding(variance: [sound, sound], nonFinite: [0, 3], status: .diverged)
    #expect(broken.sentences[0] == "tried after step 200: 2 problems.")
    #expect(problems(broken).contains("The run diverged: its loss became NaN or infinite."))
    #expect(
      problems(broken).contains(
        "3 elements of layer 2 are NaN or infinite, first at step 200 in layer 2."))
    let chance = try finding(variance: [sound, sound], accuracies: [(.none, 0.11)])
    #expect(
      problems(chance).hasPrefix(
        "The test accuracy, 11.0 %, is near chance for 10 outputs: nothing was learned."))
    let fallen = try finding(variance: [sound, sound], accuracies: [(.none, 0.11)], before: 0.9)
    #expect(problems(fallen).contains("for 10 outputs, after 90.0 % before."))
    // The inputs of a last layer are no classes.
    let inputs = try finding(variance: [sound, sound], accuracies: [(.none, 0.11)], tap: .input)
    #expect(inputs.isHealthy)
  }

  @Test("What running statistics cost is said in points; a gap that was not recorded is unknown")
  func gap() throws {
    let gamma = [Float](repeating: 1, count: 10)
    let finding = try finding(
      variance: [sound, sound], gamma: gamma, accuracies: [(.batch, 0.95), (.running, 0.8)])
    #expect(
      problems(finding)
        == "Running statistics cost 15.0 points of test accuracy at step 200: 80.0 % with running statistics, 95.0 % with batch statistics."
    )
    let small = try self.finding(
      variance: [sound, sound], gamma: gamma, accuracies: [(.batch, 0.9), (.running, 0.91)])
    #expect(
      small.sentences == [
        "tried after step 200: healthy, as far as was recorded: without evaluation gap."
      ])
    #expect(small.checks.first { $0.name == "accuracy lost by it" }?.value == "-1.0 points")
    let vanished = try self.finding(
      variance: [sound, sound], gamma: [0, 0] + gamma.dropFirst(2))
    #expect(problems(vanished).hasPrefix("2 of 10 units of layer 1 have |gamma| below 0.01"))
  }
}
