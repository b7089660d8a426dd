import ShiftAnalysis
import TestSupport
import Testing

@testable import Reports

@Suite("The labels of layers")
struct LayerLabelsTests {
  static func labels(_ names: [String?]) -> LayerLabels {
    LayerLabels(RunLayers(MadeSites.layers(names)))
  }

  @Test("Are numbers where no layer has a name")
  func numbers() {
    let labels = Self.labels([nil, nil])
    #expect(labels.columns.map(\.name) == ["layer", "layer_name"])
    #expect(labels.label(of: 2) == "2" && labels.words(of: 2) == "layer 2")
    #expect(labels.prefix(of: 2) == "layer 2")
    #expect(labels.cells(of: 2).count == 2 && labels.cells(of: nil).count == 2)
  }

  @Test("No two layers look alike, and none like the number of another")
  func ambiguous() {
    let names: [String?] = ["bn", "fc", "bn", "2", nil, "", "b\u{7}n"]
    let labels = Self.labels(names)
    let all = (1...7).map { labels.label(of: $0) }
    #expect(all == ["1 (bn)", "fc", "3 (bn)", "4 (2)", "5", "6", "b�n"])
    #expect(labels.words(of: 1) == "layer 1 \"bn\"" && labels.words(of: 2) == "layer \"fc\"")
    #expect(labels.prefix(of: 2) == "fc" && labels.prefix(of: 4) == "layer 4 (2)")
    #expect(labels.cells(of: 2).count == 3 && labels.cells(of: nil).count == 3)
  }

  @Test("Of long names both ends are shown, with the number where these are alike")
  func long() {
    let ends = ["norm1", "norm2"]
    let labels = Self.labels(
      ends.map { "backbone.features.0.block.\($0)" }
        + ends.map { "model.module.\($0).stage.conv.normalization" } + [
          String(repeating: "網", count: 40), String(repeating: "é", count: 24),
        ])
    let all = (1...6).map { labels.label(of: $0) }
    #expect(
      all == [
        "backbone.fe….block.norm1", "backbone.fe….block.norm2", "3 (model.modul…ormalization)",
        "4 (model.modul…ormalization)", "網網網網網…網網網網網網", String(repeating: "é", count: 24),
      ])
    #expect(Set(all).count == all.count)
  }

  @Test(
    "A note lists a few layers, and counts those of which the same is to be said where all are alike or many"
  )
  func notes() {
    let few = Self.labels(["a", "b"])
    #expect(few.note([(1, "3"), (2, "4")], " ", separator: ", ") == "layer \"a\" 3, layer \"b\" 4")
    #expect(few.note([(1, "3"), (2, "3")]) == "each of 2 layers: 3")
    #expect(few.note([(2, "3")]) == "layer \"b\": 3")
    let many = Self.labels((1...53).map { "layer\($0)" })
    #expect(many.note((1...53).map { ($0, "3 steps") }) == "each of 53 layers: 3 steps")
    #expect(
      many.note((1...53).map { ($0, $0 == 7 ? "2 steps" : "3 steps") })
        == "52 layers: 3 steps; layer \"layer7\": 2 steps")
    let different = many.note((1...53).map { ($0, "\($0)") })
    #expect(
      different.hasPrefix("layer \"layer1\": 1; ") && different.hasSuffix("; and 49 more layers"))
  }
}
