import RunModel
import ShiftAnalysis
import TestSupport
import Testing

@testable import Reports

@Suite("A report on many layers")
struct ManyLayersTests {
  @Test("A network of 53 batch norms has a map for each figure, and its panels are folded")
  func resnet() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("resnet50")
    try ResNet50(widthDivisor: 64).record(steps: 120, in: recorder)
    try recorder.end(.finished)
    let (markup, checker) = try HTMLReportTests.page(runs)
    // The groups of the table, and the folded panels of five figures: the shifts since the start and since the step
    // before, those between batches, the running gap, and batch norm's output.
    let folds = checker.elements["details"] ?? 0
    #expect(folds - markup.ranges(of: "<details class=\"numbers\">").count == 5 + 5)
    #expect(
      markup.ranges(of: "20 panels, one for each layer: 20 of 53 layers, those with").count == 4)
    #expect(
      markup.ranges(of: "40 panels, two for each layer: 20 of 53 layers, those with").count == 1)
    #expect(markup.ranges(of: " by layer and step, ").count == 5)
    for fact in [
      "layer4: 10 layers, at most", "53 layers, those that moved farthest first:",
      "layer4.2.bn3: ", "at least twice the floor: ",
      "in the order of the network",
    ] {
      #expect(checker.visibleText.contains(fact) || markup.contains(fact), "\(fact)")
    }
    // Panels of every layer in each of five figures would be more than a megabyte.
    #expect(markup.utf8.count < 700_000, "\(markup.utf8.count)")
  }

  @Test("Names are grouped by what comes before their first point, without what all have in common")
  func groups() {
    func groups(_ names: [String?]) -> [String] {
      LayerGroups(Array(1...names.count), named: RunLayers(MadeSites.layers(names))).all.map {
        "\($0.name) \($0.layers)"
      }
    }
    #expect(
      groups(["bn1", "layer1.0.bn1", "layer1.1.bn1", "layer2.0.bn1", "bn2"])
        == [" [1, 5]", "layer1 [2, 3]", "layer2 [4]"])
    #expect(
      groups(["model.a.x", "model.b.x", "model.b.y"]) == ["a [1]", "b [2, 3]"])
    #expect(groups([nil, nil]) == [" [1, 2]"])
    #expect(groups(["a.x", "a.x"]) == [" [1, 2]"])
  }

  @Test("Shades have equal ratios; 0 is the lightest, and what is no number has none")
  func shades() throws {
    let shades = try #require(HeatmapShades([0, 1, 512, .nan, .infinity]))
    #expect([0, 1, 1.9, 2.1, 500, 512].map { shades.shade($0) } == [0, 0, 0, 1, 8, 8])
    #expect([-1, .nan, .infinity].map { shades.shade($0) } == [nil, nil, nil])
    let wide = try #require(HeatmapShades([1e-9, 1]))
    #expect(wide.shade(1e-9) == 0 && wide.shade(0.0009) == 0 && wide.shade(0.1) == 6)
    #expect(HeatmapShades([.nan]) == nil)
    let zero = try #require(HeatmapShades([0, 0]))
    #expect(zero.shade(0) == 0)
    let same = try #require(HeatmapShades([2, 2]))
    #expect(same.shade(2) == 8 && same.shade(0) == 0)
  }

  @Test("A hostile name is text in the page")
  func hostile() throws {
    let runs = try RecordedRuns()
    let recorder = try runs.recorder("run")
    for step in 0..<2 {
      for layer in 1...14 {
        recorder.record(
          Site(
            layer: layer, tap: .preactivation, population: .probe, statistics: .none, width: 1,
            layerName: "\(HTMLReportTests.hostile).\(layer)"),
          step: step, count: 4, mean: [Float(step)], variance: [1])
      }
      try runs.steps(step..<step + 1, recorder) { _ in 1 }
    }
    try recorder.end(.finished)
    let (markup, checker) = try HTMLReportTests.page(runs)
    #expect(checker.elements["script"] == 1 && markup.ranges(of: "<script").count == 1)
  }
}
