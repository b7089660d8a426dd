import Statistics
import TestSupport
import Testing

@Suite("Skewness and kurtosis")
struct HigherMomentAccumulatorTests {
  @Test("rows added one by one have scipy's moments", arguments: HigherMomentGolden.all)
  func rowByRow(golden: HigherMomentGolden) throws {
    try check(pooled(rows(of: golden)[...]), golden)
  }

  @Test(
    "merging parts of any sizes, in any order, is exact", arguments: HigherMomentGolden.all)
  func merged(golden: HigherMomentGolden) throws {
    var generator = SplitMix64(seed: 9)
    let rows = rows(of: golden)
    for _ in 0..<5 {
      var parts: [HigherMomentAccumulator] = [HigherMomentAccumulator(features: 1)]
      var start = 0
      while start < rows.count {
        let end = min(rows.count, start + Int.random(in: 1...80, using: &generator))
        parts.append(pooled(rows[start..<end]))
        start = end
      }
      parts.shuffle(using: &generator)
      // A tree, so that large parts meet large ones and small ones small ones.
      while parts.count > 1 {
        var merged = parts.removeFirst()
        merged.merge(parts.removeFirst())
        parts.append(merged)
      }
      try check(parts[0], golden)
    }
  }

  @Test("rows added together have scipy's moments too", arguments: HigherMomentGolden.all)
  func together(golden: HigherMomentGolden) throws {
    let rows = rows(of: golden)
    for blockSize in [rows.count, 32] {
      var pooled = HigherMomentAccumulator(features: 1)
      for start in stride(from: 0, to: rows.count, by: blockSize) {
        pooled.add(rows: rows[start..<min(rows.count, start + blockSize)].span)
      }
      try check(pooled, golden)
    }
  }

  @Test("rows added together keep features separate; a constant one is exactly undefined")
  func features() throws {
    var generator = SplitMix64(seed: 4)
    let columns = [
      (0..<60).map { _ in Float(generator.normal()) }, [Float](repeating: 0.1, count: 60),
      (0..<60).map { $0 == 7 ? .nan : Float($0) }, (0..<60).map { Float($0 * $0) },
    ]
    let rows = (0..<60).flatMap { row in columns.map { $0[row] } }
    var pooled = HigherMomentAccumulator(features: 4)
    pooled.add(rows: rows.span)
    pooled.add(rows: rows.span.extracting(0..<0))
    let (skewness, kurtosis) = (try #require(pooled.skewness), try #require(pooled.kurtosis))
    for feature in [0, 3] {
      let alone = self.pooled(columns[feature][...])
      #expect(isClose(skewness[feature], try #require(alone.skewness)[0], relative: 1e-12))
      #expect(isClose(kurtosis[feature], try #require(alone.kurtosis)[0], relative: 1e-12))
    }
    for feature in [1, 2] { #expect(skewness[feature].isNaN && kurtosis[feature].isNaN) }
    pooled.removeAll()
    #expect(pooled == HigherMomentAccumulator(features: 4))
  }

  @Test("count, mean and squares equal the accumulator of two moments")
  func twoMoments() throws {
    let rows = (0..<90).map { Float($0 * $0 % 37) / 8 }
    var two = MomentAccumulator(features: 1)
    for start in stride(from: 0, to: 90, by: 30) {
      let part = pooled(rows[start..<start + 30])
      let variance = try #require(part.populationVariance)
      two.merge(
        FeatureMoments(count: 30, mean: [Float(part.mean[0])], variance: [Float(variance[0])]))
    }
    let four = pooled(rows[...])
    #expect(four.count == two.count)
    #expect(isClose(four.mean[0], two.mean[0], relative: 1e-6))
    let variances = (
      try #require(four.populationVariance)[0], try #require(two.populationVariance)[0]
    )
    #expect(isClose(variances.0, variances.1, relative: 1e-6))
  }

  @Test("symmetric rows have no skewness, and two values kurtosis 1")
  func closedForms() throws {
    let two = pooled([-1, 1, -1, 1])
    #expect(two.skewness == [0] && two.kurtosis == [1])
    // One of four is 4 away from the others: p = 1/4 has (1 − 2p)/√(p·q) and 1/(p·q) − 3.
    let one = pooled([0, 4, 0, 0])
    #expect(isClose(try #require(one.skewness)[0], 2 / 3.0.squareRoot(), relative: 1e-15))
    #expect(isClose(try #require(one.kurtosis)[0], 7.0 / 3, relative: 1e-15))
  }

  @Test("the kurtosis of Gaussian rows is 3, so that it can serve a sampling floor")
  func gaussianRows() throws {
    var generator = SplitMix64(seed: 12)
    let rows = (0..<50_000).map { _ in Float(5 - 2 * generator.normal()) }
    let all = pooled(rows[...])
    // Four standard errors of √(24/n) and √(6/n).
    #expect(abs(try #require(all.kurtosis)[0] - 3) < 0.09)
    #expect(abs(try #require(all.skewness)[0]) < 0.045)
  }

  @Test("without rows there is nothing; a constant feature is undefined, and so a NaN's, alone")
  func degenerate() {
    var pooled = HigherMomentAccumulator(features: 3)
    #expect(pooled.populationVariance == nil && pooled.skewness == nil && pooled.kurtosis == nil)
    pooled.merge(HigherMomentAccumulator(features: 3))
    #expect(pooled == HigherMomentAccumulator(features: 3))
    for row in [[2, 1, 0], [2, .nan, 4], [2, 1, 8]] as [[Float]] { pooled.add(rows: row.span) }
    #expect(pooled.populationVariance?[0] == 0)
    #expect(pooled.skewness?[0].isNaN == true && pooled.kurtosis?[0].isNaN == true)
    #expect(pooled.skewness?[1].isNaN == true && pooled.kurtosis?[1].isNaN == true)
    #expect(pooled.skewness?[2] == 0 && isClose(pooled.kurtosis?[2] ?? .nan, 1.5, relative: 1e-15))
    let before = pooled
    pooled.merge(HigherMomentAccumulator(features: 3))
    #expect(pooled.count == 3 && pooled.kurtosis?[2] == before.kurtosis?[2])
  }

  @Test("rows of another width stop the program")
  func otherWidth() async {
    await #expect(processExitsWith: .failure) {
      var pooled = HigherMomentAccumulator(features: 2)
      let row: [Float] = [1]
      pooled.add(rows: row.span)
    }
    await #expect(processExitsWith: .failure) {
      var pooled = HigherMomentAccumulator(features: 2)
      pooled.merge(HigherMomentAccumulator(features: 1))
    }
  }

  private func rows(of golden: HigherMomentGolden) -> [Float] {
    var generator = SplitMix64(seed: golden.seed)
    func uniform() -> Double { Double(generator.next() >> 11) * 0x1p-53 }
    return (0..<golden.count).map { _ in Float(golden.offset + uniform() * uniform() * uniform()) }
  }

  private func pooled(_ rows: ArraySlice<Float>) -> HigherMomentAccumulator {
    var pooled = HigherMomentAccumulator(features: 1)
    for row in rows {
      let row = [row]
      pooled.add(rows: row.span)
    }
    return pooled
  }

  private func check(_ pooled: HigherMomentAccumulator, _ golden: HigherMomentGolden) throws {
    // Of an offset c the mean is rounded to c's last place at each merge.
    let tolerance = 1e-12 * max(1, abs(golden.offset) / 10)
    #expect(pooled.count == golden.count)
    let found = [
      pooled.mean[0], try #require(pooled.populationVariance)[0], try #require(pooled.skewness)[0],
      try #require(pooled.kurtosis)[0],
    ]
    for (found, expected) in zip(found, golden.expected) {
      #expect(isClose(found, expected, relative: tolerance, scale: 0.01))
    }
  }
}
