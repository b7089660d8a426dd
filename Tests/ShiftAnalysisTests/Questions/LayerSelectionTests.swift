import RunModel
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("A selection of layers")
struct LayerSelectionTests {
  let run: Run

  init() throws {
    run = try RunArrays().record { _ in }
  }

  func numbers(_ text: String, among names: [String?]) throws -> [Int] {
    try #require(LayerSelection(text)).numbers(among: RunLayers(MadeSites.layers(names)), of: run)
      .sorted()
  }

  @Test(
    "Takes numbers, names and patterns, and several of them",
    arguments: [
      ("2", [2]), ("bn1", [1]), ("layer1.*", [2, 3]), ("layer1.*,bn1", [1, 2, 3]), ("3,1", [1, 3]),
      ("layer1.[0,1].bn", [2, 3]), ("*", [1, 2, 3, 4]), ("fc, 1", [4]), ("bn1,fc*", [1, 4]),
    ])
  func several(text: String, expected: [Int]) throws {
    #expect(try numbers(text, among: ["bn1", "layer1.0.bn", "layer1.1.bn", "fc, 1"]) == expected)
  }

  @Test("A number is the layer of that number, and only without one the layer of that name")
  func numbersWin() throws {
    let names = ["0", "3", "6"]
    #expect(try numbers("3", among: names) == [3])
    #expect(try numbers("0", among: names) == [1])
    #expect(try numbers("6", among: names) == [3])
    #expect(try numbers("[06]", among: names) == [1, 3])
  }

  @Test("A name that several layers have is all of them")
  func sharedName() throws {
    #expect(try numbers("bn", among: ["bn", "fc", "bn"]) == [1, 3])
  }

  @Test(
    "Names what is near where there is no such layer, and else what there is",
    arguments: [
      (
        "layer3.1.bm2", ["layer3.1.bn1", "layer3.1.bn2", "conv"],
        "has no layer \"layer3.1.bm2\"; near: layer3.1.bn2, layer3.1.bn1."
      ),
      ("nothing", ["bn1", nil], "has no layer \"nothing\"; it recorded the layers bn1, 2."),
      ("9", ["bn1", nil], "has no layer 9; it recorded the layers bn1, 2."),
      (
        "99999999999999999999", [nil],
        "has no layer \"99999999999999999999\"; it recorded the layers 1."
      ),
      ("-1", [nil, nil], "has no layer -1; it recorded the layers 1, 2."),
      ("fc.*", ["bn1"], "has no layer that \"fc.*\" matches; it recorded the layers bn1."),
      (
        "b*", [nil, nil],
        "has no layer that \"b*\" matches by its name, as its layers have numbers alone; it recorded the layers 1, 2."
      ), ("1,", ["bn1"], "has no layer \"\"; it recorded the layers bn1."),
    ] as [(String, [String?], String)])
  func errors(text: String, names: [String?], expected: String) throws {
    let error = try #require(throws: ShiftError.self) { try numbers(text, among: names) }
    #expect(error.kind == .notRecorded)
    #expect(error.description == "Run \(run.shortID) \(expected)")
  }

  @Test("A long text, or a long name, makes no long sentence and takes no long time")
  func hostile() throws {
    let long = String(repeating: "layer", count: 20_000)
    let error = try #require(throws: ShiftError.self) {
      try numbers(long + "x", among: (0..<300).map { "\(long)\($0)" })
    }
    #expect(error.description.count < 2_000)
    #expect(error.description.contains("…"))
    let brackets = String(repeating: "[", count: 100_000)
    #expect(throws: ShiftError.self) { try numbers(brackets, among: ["bn1"]) }
  }

  @Test("Is nothing without text")
  func empty() {
    #expect(LayerSelection("") == nil)
  }

  @Test("Shifts are of the layers that it selects, in their order")
  func shifts() throws {
    let store = RunArrays()
    let run = try store.record { recorder in
      for step in 0..<3 {
        for (layer, name) in [(1, "a.bn"), (2, "a.fc"), (3, "b.bn")] {
          recorder.record(
            Site(
              layer: layer, tap: .preactivation, population: .batch, statistics: .none, width: 1,
              layerName: name),
            step: step, count: 4, nonFiniteCount: 0, mean: [Float(step)], variance: [1],
            affine: nil, higherMoments: nil)
        }
        try recorder.endStep(step)
      }
    }
    var query = ShiftQuery()
    query.layers = LayerSelection("*.bn")
    #expect(try store.shift(of: run, query).map(\.layer) == [1, 3])
    query.layers = 2
    #expect(try store.shift(of: run, query).map(\.layer) == [2])
    #expect(try store.health(of: run, layers: LayerSelection("b.*")).map(\.layer) == [3])
    for measure in ["nw2", "non_finite", "dead_units"] {
      let limit = try RunLimit(reading: "\(measure)(layer=\"b.bn,a.*\") <= 9")
      #expect(try store.check(limit, of: run).map(\.layer) == [1, 2, 3])
      let one = try RunLimit(reading: "\(measure)(layer=b.*) <= 9")
      #expect(try store.check(one, of: run).map(\.layer) == [3])
    }
    for text in ["nw2(layer=\"b) <= 1", "nw2(layer=) <= 1", "nw2(layer=\"\") <= 1"] {
      let error = try #require(throws: ShiftError.self) { try RunLimit(reading: text) }
      #expect(error.kind == .malformedLimit)
    }
  }
}
