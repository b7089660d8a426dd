import RunModel
import RunStore
import ShiftAnalysis
import TestSupport
import Testing

@Suite("Steps that are spread over those of a site")
struct SpreadStepsTests {
  static let site = Site(
    layer: 1, tap: .preactivation, population: .batch, statistics: .none, width: 1)

  @Test(
    "Are chosen as from a listing, whether steps are missing or not",
    arguments: [
      [7], Array(5..<40), Array(0..<20) + Array(21..<50), Array(0..<9) + [100],
      Array(stride(from: 0, to: 200, by: 5)), [0, 1, 2, 4, 8, 16, 32, 64],
    ])
  func spread(recorded: [Int]) throws {
    func body(_ recorder: any RunWriting) throws {
      for step in recorded {
        recorder.record(Self.site, step: step, count: 2, mean: [0], variance: [1])
        try recorder.endStep(step)
      }
    }
    let folder = try TemporaryFolder()
    let stores: [any RunRecording] = [
      try RunDatabase(path: folder.file("runs.db"), for: .record), RunArrays(),
    ]
    for store in stores {
      let site = try #require(try store.sites(of: store.record("made", body)).first)
      #expect(try store.steps(at: site) == recorded)
      for last in [-1, 0, 20, 60, Int.max] {
        #expect(try store.lastStep(at: site, upTo: last) == recorded.last { $0 <= last })
      }
      for range in [nil, 3...30, 41...60] as [ClosedRange<Int>?] {
        let listed = recorded.filter { range?.contains($0) ?? true }
        for count in [nil, 1, 2, 7, 1000] {
          let spread = try store.steps(at: site, in: range, atMost: count)
          #expect(spread.steps == StepSelection.steps(listed, atMost: count))
          #expect(spread.recordedCount == listed.count)
          let near = try store.steps(at: site, in: range, atMost: count, .numbers)
          #expect(near.recordedCount == (count == nil ? listed.count : nil))
          let first = max(recorded[0], range?.lowerBound ?? 0)
          #expect(near.steps == nearest(listed, from: first, atMost: count))
        }
      }
    }
  }

  /// The last of the listed steps before each of `count` numbers, from `first` to the last of them; all where it is nil.
  private func nearest(_ listed: [Int], from first: Int, atMost count: Int?) -> [Int] {
    guard let count, let last = listed.last else { return listed }
    let numbers = StepSelection.places(among: last - first + 1, atMost: count).map { first + $0 }
    return Set(numbers.compactMap { number in listed.last { $0 <= number } }).sorted()
  }
}
