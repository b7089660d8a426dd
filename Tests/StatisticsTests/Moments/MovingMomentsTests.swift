import Statistics
import TestSupport
import Testing

@Suite("Moments of the newest batches")
struct MovingMomentsTests {
  private func pool(_ batches: some Sequence<FeatureMoments>) -> MomentAccumulator {
    var pool = MomentAccumulator(features: 2)
    for batch in batches { pool.merge(batch) }
    return pool
  }

  @Test("they equal the last batches pooled anew", arguments: [1, 2, 3, 7, 64])
  func naiveTwin(length: Int) throws {
    var generator = SplitMix64(seed: 3)
    var moving = MovingMoments(length: length, features: 2)
    var batches: [FeatureMoments] = []
    for _ in 0..<100 {
      let batch = FeatureMoments(
        count: Int.random(in: 1...9, using: &generator),
        mean: [Float(generator.normal()), Float(100 + generator.normal())],
        variance: [Float(abs(generator.normal())), 0])
      batches.append(batch)
      moving.add(batch)
      let expected = pool(batches.suffix(length))
      let found = moving.pooled
      #expect(moving.batchCount == min(length, batches.count))
      #expect(found.count == expected.count)
      for feature in 0..<2 {
        #expect(isClose(found.mean[feature], expected.mean[feature], relative: 1e-13, scale: 1))
        #expect(
          isClose(
            found.squaredDeviations[feature], expected.squaredDeviations[feature],
            relative: 1e-11, scale: 1e-9))
      }
    }
  }

  @Test(
    "a batch that is huge or not finite leaves with no trace", arguments: [1e30, .nan] as [Float])
  func noTrace(value: Float) {
    var (moving, plain) = (
      MovingMoments(length: 3, features: 2), MovingMoments(length: 3, features: 2)
    )
    for index in 0..<12 {
      let batch = FeatureMoments(count: 2, mean: [Float(index), 1], variance: [1, 2])
      let disturbed = FeatureMoments(count: 2, mean: [value, 1], variance: [value, 2])
      moving.add(index == 4 ? disturbed : batch)
      plain.add(batch)
      #expect((moving.pooled == plain.pooled) == !(4...6).contains(index))
      #expect(moving.pooled.mean[1] == 1)
    }
  }

  @Test("pooled moments are merged as their rows are")
  func mergeOfPools() throws {
    let batches = (0..<5).map { index in
      FeatureMoments(
        count: index + 1, mean: [Float(index * index), -3], variance: [Float(index), 0.5])
    }
    var merged = pool(batches.prefix(2))
    merged.merge(pool(batches.suffix(3)))
    merged.merge(pool([]))
    let expected = pool(batches)
    #expect(merged.count == expected.count)
    for feature in 0..<2 {
      #expect(isClose(merged.mean[feature], expected.mean[feature], relative: 1e-15))
      #expect(
        isClose(
          merged.squaredDeviations[feature], expected.squaredDeviations[feature], relative: 1e-14))
    }
    var empty = pool([])
    empty.merge(expected)
    #expect(empty == expected)
  }

  @Test("a window without a batch, and batches of other features, stop the program")
  func impossible() async {
    await #expect(processExitsWith: .failure) { _ = MovingMoments(length: 0, features: 1) }
    await #expect(processExitsWith: .failure) {
      var pool = MomentAccumulator(features: 2)
      pool.merge(MomentAccumulator(features: 1))
    }
  }
}
