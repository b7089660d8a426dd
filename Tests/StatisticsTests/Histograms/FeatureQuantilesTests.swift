import Statistics
import TestSupport
import Testing

@Suite("Quantiles of the features of a tensor")
struct FeatureQuantilesTests {
  @Test("they are numpy's, ties included", arguments: QuantileGolden.all)
  func goldenNumbers(golden: QuantileGolden) {
    var generator = SplitMix64(seed: golden.seed)
    let rows = (0..<golden.count * golden.features).map { _ in
      let x = (64 * Double(generator.next() >> 11) * 0x1p-53).rounded(.down) / 64
      return Float(x * x - 0.25)
    }
    let found = FeatureQuantiles(
      of: rows.span, features: golden.features, levels: QuantileGolden.levels)
    #expect(found.levels == QuantileGolden.levels)
    #expect(found.values.count == golden.expected.count)
    for (found, expected) in zip(found.values, golden.expected) {
      #expect(found.count == expected.count)
      for (found, expected) in zip(found, expected) {
        #expect(abs(found - expected) <= 0x1p-24 * abs(expected))
      }
    }
  }

  @Test("NaN and infinities are left out of their own feature; one without numbers is NaN")
  func nonFinite() {
    let rows: [Float] = [
      1, .nan, .infinity, 3,
      .nan, .nan, 2, 1,
      3, .nan, -.infinity, 2,
      2, .nan, 4, .infinity,
    ]
    let found = FeatureQuantiles(of: rows.span, features: 4, levels: [0, 0.5, 1])
    #expect(found.values.map { $0[0] } == [1, 2, 3])
    #expect(found.values.allSatisfy { $0[1].isNaN })
    #expect(found.values.map { $0[2] } == [2, 3, 4])
    #expect(found.values.map { $0[3] } == [1, 2, 3])
    let none = FeatureQuantiles(of: [Float]().span, features: 2, levels: [0.5])
    #expect(none.values.count == 1 && none.values[0].allSatisfy(\.isNaN))
  }

  @Test("levels outside of 0 to 1 and rows that are not whole stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      let rows: [Float] = [1, 2]
      _ = FeatureQuantiles(of: rows.span, features: 1, levels: [1.5])
    }
    await #expect(processExitsWith: .failure) {
      let rows: [Float] = [1, 2]
      _ = FeatureQuantiles(of: rows.span, features: 1, levels: [.nan])
    }
    await #expect(processExitsWith: .failure) {
      let rows: [Float] = [1, 2, 3]
      _ = FeatureQuantiles(of: rows.span, features: 2, levels: [0.5])
    }
  }
}
