import RunModel
import RunStore
import SQLite
import Statistics
import TestSupport
import Testing

@Suite("One run in two encodings, and in process")
struct EncodingTests {
  @Test("Lines and frames leave the rows of the calls that they stand for, to the last bit")
  func equality() throws {
    let lines = try StoredStream()
    try lines.record(SampleStream.messages.flatMap { Array("\($0.line)\n".utf8) })
    let frames = try StoredStream()
    try frames.record(SampleStream.messages.flatMap(\.frame))
    let calls = try StoredStream()
    try recordInProcess(calls)
    let rows = try calls.rows()
    for table in ["run", "tag", "step", "site", "moment", "affine", "higher_moment", "batch_noise"]
      + ["evaluation", "event"]
    {
      #expect(!rows[table].isEmpty, "\(table) has rows")
    }
    // A lone NaN of JSON has other bits than one that a division makes.
    for stream in [lines, frames] {
      let found = try stream.rows()
      #expect(Set(found.tables.keys) == Set(rows.tables.keys))
      for (table, expected) in rows.tables { #expect(found[table] == expected, "\(table)") }
    }
  }

  private func recordInProcess(_ stored: StoredStream) throws {
    let recorder = try stored.begin("sample", tags: ["a": "b"])
    func record(_ index: Int, _ step: Int) {
      let vectors = Dictionary(
        uniqueKeysWithValues: SampleStream.vectors(index, step).map { ($0.key, $0.values) })
      func pair(_ first: String, _ second: String) -> ([Float], [Float])? {
        guard let a = vectors[first], let b = vectors[second] else { return nil }
        return (a, b)
      }
      recorder.record(
        SampleStream.sites[index], step: step, count: step + 4, nonFiniteCount: index + step + 1,
        mean: vectors["mean"] ?? [], variance: vectors["variance"] ?? [],
        affine: pair("gamma", "beta"), higherMoments: pair("skewness", "kurtosis"))
    }
    func nonFinite(_ step: Int, _ layer: Int, _ tap: Site.Tap, _ count: Int) {
      recorder.record(
        EventRecord(
          step: step, layer: layer, tap: tap, kind: .nonFinite,
          message:
            "The \(tap.rawValue) has \(count == 1 ? "1 element that is" : "\(count) elements that are") NaN or infinite, the first of this layer."
        ))
    }
    for step in 0..<SampleStream.steps {
      for index in [2, 0, 1] { record(index, step) }
      if step == 0 {
        nonFinite(0, 1, .preactivation, 1)
        nonFinite(0, 2, .input, 2)
      }
      if step == 3 {
        recorder.record(
          EventRecord(step: 3, layer: nil, kind: .diverged, message: "The loss of step 3 is NaN."))
      }
      try recorder.record(
        StepRecord(
          step: step, loss: step == 3 ? .nan : Double(step) / 3, accuracy: 0.5, learningRate: 0.1,
          batchSize: 4, duration: 0.125))
      if step == 1 { recorder.record(try noise(), at: SampleStream.sites[1]) }
    }
    recorder.record(
      EvaluationRecord(
        step: 5, split: .test, statistics: .running, loss: 0.25, accuracy: nil, count: 7))
    recorder.record(EventRecord(step: 4, layer: 2, kind: .alarm, message: "it moved"))
    try recorder.end(.diverged, reason: "it was told so")
  }

  private func noise() throws -> BatchNoiseRecord {
    var accumulator = BatchNoiseAccumulator(features: 3)
    for step in [5, 6] {
      let vectors = SampleStream.vectors(1, step)
      accumulator.add(
        FeatureMoments(count: 6, mean: vectors[0].values, variance: vectors[1].values))
    }
    let (rho, kurtosis) = (accumulator.rho, accumulator.effectiveKurtosis)
    return BatchNoiseRecord(
      step: 2, batchCount: 2, count: 12, rho: try #require(rho).map { Float($0) },
      kurtosis: try #require(kurtosis).map { Float($0) },
      variance: accumulator.populationVariance?.map { Float($0) },
      degreesOfFreedom: accumulator.degreesOfFreedom(epsilon: 1e-3))
  }
}
