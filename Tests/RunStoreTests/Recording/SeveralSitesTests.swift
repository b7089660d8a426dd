import TestSupport
import Testing

import RunModel
@testable import RunStore

@Suite("Reading several sites at once")
struct SeveralSitesTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  /// Every moment at the sites of a run, by site, as they are handed out.
  func read(_ name: String, withAffine: Bool) throws -> (atOnce: [[Moment]], oneByOne: [[Moment]]) {
    let sites = try database.sites(of: database.run(name))
    let atOnce = try database.foldMoments(
      at: sites, withAffine: withAffine, mayDivide: false, into: sites.map { _ in [Moment]() }
    ) { $0[$1].append(copy $2) }[0]
    let oneByOne = try sites.map { site in
      var moments: [Moment] = []
      try database.forEachMoment(at: site, withAffine: withAffine) { moments.append(copy $0) }
      return moments
    }
    return (atOnce, oneByOne)
  }

  @Test(
    "Each site's moments come in the order of steps, however they were recorded",
    arguments: [
      Array(0..<300), Array(0..<100) + Array(200..<300) + Array(100..<200), [7], [],
      Array((0..<50).reversed()),
    ])
  func orders(steps: [Int]) throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in steps { try recorder.recordSample(step) }
    try recorder.end(.finished)
    for withAffine in [true, false] {
      let (atOnce, oneByOne) = try read("run", withAffine: withAffine)
      #expect(atOnce == oneByOne)
      #expect(atOnce.allSatisfy { $0.map(\.step) == steps.sorted() })
      #expect(atOnce.count == (steps.isEmpty ? 0 : 2))
    }
  }

  @Test("Runs that are recorded beside each other are kept apart", arguments: [2, 30])
  func besideOthers(count: Int) throws {
    let recorders = try (0..<count).map {
      try RunRecorder(database: database, run: NewRun(name: "run-\($0)"))
    }
    for step in 0..<40 {
      for (index, recorder) in recorders.enumerated() { try recorder.recordSample(step + index) }
    }
    for recorder in recorders { try recorder.end(.finished) }
    for index in [0, count - 1] {
      let (atOnce, oneByOne) = try read("run-\(index)", withAffine: true)
      #expect(atOnce == oneByOne)
      #expect(atOnce.allSatisfy { $0.map(\.step) == Array(index..<index + 40) })
    }
  }
}
