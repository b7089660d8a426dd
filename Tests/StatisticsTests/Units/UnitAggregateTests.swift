import Statistics
import TestSupport
import Testing

@Suite("Sums over units")
struct UnitAggregateTests {
  @Test("all aggregates give numpy's numbers", arguments: Golden.aggregates)
  func goldenNumbers(golden: Golden) throws {
    let order: [UnitAggregate] = [.median, .mean, .p90, .max, .rms]
    for (aggregate, expected) in zip(order, golden.expected) {
      let summary = aggregate.summary(of: golden.input)
      let value = try #require(summary.value)
      #expect(isClose(value, expected, relative: 1e-14), "\(aggregate.rawValue)")
      #expect(summary.excluded == 0)
    }
  }

  @Test("median and mean keep signs, the others use magnitudes")
  func signs() {
    let values = [-4.0, -3, -1, 0, 1]
    #expect(UnitAggregate.median.summary(of: values).value == -1)
    #expect(UnitAggregate.mean.summary(of: values).value == -1.4)
    #expect(UnitAggregate.p90.summary(of: values).value == 3.6)
    #expect(UnitAggregate.max.summary(of: values).value == 4)
    #expect(UnitAggregate.rms.summary(of: [-3, 3]).value == 3)
  }

  @Test("one unit is its own aggregate", arguments: UnitAggregate.allCases)
  func oneUnit(aggregate: UnitAggregate) {
    let summary = aggregate.summary(of: [2.5])
    #expect(summary.value == 2.5 && summary.excluded == 0)
  }

  @Test("quantiles equal the ones of the sorted values, in any order of values", arguments: 1...70)
  func quantilesOfAnyOrder(count: Int) {
    var generator = SplitMix64(seed: UInt64(count))
    let random = (0..<count).map { _ in generator.normal() }
    let orders = [
      random, random.sorted(), random.sorted().reversed(), random.map { ($0 * 2).rounded() },
      random.map { $0 < 0 ? 0 : $0 }, random.map { _ in 1.5 },
    ]
    for values in orders {
      #expect(
        UnitAggregate.median.summary(of: values).value == sortedQuantile(0.5, of: values))
      #expect(
        UnitAggregate.p90.summary(of: values).value == sortedQuantile(0.9, of: values.map(abs)))
    }
  }

  @Test("values that are not finite are left out and counted", arguments: UnitAggregate.allCases)
  func exclusion(aggregate: UnitAggregate) {
    let values = [Double.nan, 1, -7, .infinity, 2, 2, -.infinity, 0.5, .nan]
    let kept = aggregate.summary(of: [1, -7, 2, 2, 0.5])
    let summary = aggregate.summary(of: values)
    #expect(summary.value == kept.value && summary.excluded == 4)
    let infinite = aggregate.summary(of: [2, .infinity])
    #expect(infinite.value == 2 && infinite.excluded == 1)
  }

  @Test("there is no value without a defined unit", arguments: UnitAggregate.allCases)
  func nothingLeft(aggregate: UnitAggregate) {
    let undefined = aggregate.summary(of: [.nan, .infinity])
    #expect(undefined.value == nil && undefined.excluded == 2)
    let empty = aggregate.summary(of: [])
    #expect(empty.value == nil && empty.excluded == 0)
  }

  private func sortedQuantile(_ probability: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    let position = Double(sorted.count - 1) * probability
    let lower = Int(position.rounded(.down))
    let upper = min(lower + 1, sorted.count - 1)
    return sorted[lower] + (position - Double(lower)) * (sorted[upper] - sorted[lower])
  }
}
