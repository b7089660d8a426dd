import FoundationEssentials
import RunModel
@testable import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Moments that are read in parts at the same time")
struct MomentFoldTests {
  /// What a part was handed.
  struct Part: Sendable, Equatable {
    var steps: [[Int]] = [[], []]
    var areWhole = true

    mutating func add(_ index: Int, _ moment: borrowing Moment) {
      steps[index].append(moment.step)
      areWhole =
        areWhole
        && moment.mean == SampleRun.vector(SampleRun.sites[index], step: moment.step, index: 0)
        && moment.beta
          == (index == 0 ? [] : SampleRun.vector(SampleRun.sites[1], step: moment.step, index: 3))
    }
  }

  let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.file("runs.db")
  }

  /// Records 100 steps, at the first site each, at the second every seventh; then `change` may alter the file.
  func record(_ change: (Connection) throws -> Void = { _ in }) throws {
    let database = try RunDatabase(path: path, for: .record)
    let recorder = try RunRecorder(database: database, run: NewRun(name: "run"))
    for step in 0..<100 {
      for (index, site) in SampleRun.sites.enumerated() where index == 0 || step % 7 == 0 {
        let vectors = (0..<4).map { SampleRun.vector(site, step: step, index: $0) }
        recorder.record(
          site, step: step, count: 8, mean: vectors[0], variance: vectors[1],
          affine: site.epsilon == nil ? nil : (vectors[2], vectors[3]))
      }
      try recorder.record(SampleRun.step(step))
    }
    try recorder.end(.finished)
    try change(database.connection)
  }

  /// The parts of the run, which are as many as there are processors at most.
  func parts(
    mayDivide: Bool = true, _ add: @Sendable (inout Part, Int, borrowing Moment) throws -> Void
  ) throws -> [Part] {
    let file = try DatabaseFile(
      path: path, durability: .process, vfs: nil, numbersPerReader: 3 * 10)
    let database = try RunDatabase(file, for: .read)
    return try database.foldMoments(
      at: database.sites(of: database.run("run")), withAffine: true, mayDivide: mayDivide,
      into: Part(), add)
  }

  static let steps = [Array(0..<100), Array(stride(from: 0, to: 100, by: 7))]

  /// Checks that the parts together are the whole run, in order.
  func expectWhole(_ parts: [Part]) {
    for index in 0..<2 {
      #expect(parts.flatMap { $0.steps[index] } == Self.steps[index])
    }
    #expect(parts.allSatisfy { $0.areWhole })
  }

  @Test("They are all there, in order, in one part unless they may be divided")
  func whole() throws {
    try record()
    let undivided = try parts(mayDivide: false) { $0.add($1, $2) }
    expectWhole(undivided)
    #expect(undivided.count == 1)
    let parts = try parts { $0.add($1, $2) }
    expectWhole(parts)
    #expect(parts.count == min(11, ProcessInfo.processInfo.activeProcessorCount))
  }

  @Test(
    "Their rows may have the largest ids that there are, or the smallest",
    arguments: [Int.max, Int.min + 114])
  func extremeRows(last: Int) throws {
    try record { connection in
      try connection.run("PRAGMA foreign_keys = OFF")
      for (table, id) in [("affine", "moment"), ("moment", "id")] {
        try connection.run(
          "UPDATE \(table) SET \(id) = \(id) - (SELECT max(id) FROM moment) + \(last)")
      }
    }
    expectWhole(try parts { $0.add($1, $2) })
  }

  @Test(
    "Moments stored out of order are read in one part, in the order of steps",
    arguments: [(3, 5), (49, 52), (10, 90), (0, 99)])
  func outOfOrder(first: Int, second: Int) throws {
    try record { connection in
      // The rows of two steps take each other's places.
      let ids = try [first, second].map { step in
        try #require(
          connection.firstRow(
            "SELECT id FROM moment WHERE site = 1 AND step = ?", [.integer(step)]
          ) { $0.integer(0) })
      }
      for (id, other) in [(ids[0], -1), (ids[1], ids[0]), (-1, ids[1])] {
        try connection.run(
          "UPDATE moment SET id = ? WHERE id = ?", [.integer(other), .integer(id)])
      }
    }
    let parts = try parts { $0.add($1, $2) }
    #expect(parts.count == 1)
    expectWhole(parts)
  }

  @Test("An error of whoever is handed them comes out")
  func error() throws {
    struct Refusal: Error {}
    try record()
    #expect(throws: Refusal.self) {
      _ = try parts { part, index, moment in
        guard moment.step < 80 else { throw Refusal() }
        part.add(index, moment)
      }
    }
  }

  @Test("A vector of a wrong length is an error of the file, in whichever part it is")
  func damaged() throws {
    try record { try $0.run("UPDATE moment SET mean = x'00' WHERE step = 98") }
    let error = try storeError { _ = try parts { $0.add($1, $2) } }
    #expect(error.kind == .badDatabase)
    #expect(error.description.contains("a vector is 1 bytes long"))
  }
}
