import RunModel
import SQLite
import TestSupport
import Testing

@testable import RunStore

/// Migration 8, which tells a NaN from a value that nobody gave.
@Suite(
  "A loss that an earlier version stored as NULL was NaN, unless another program may have left it out"
)
struct NaNMigrationTests {
  /// The losses of the steps 0 to 3 and of an evaluation after each, as version 8 reads them.
  func losses(
    provenance: String, diverged: Int?
  ) throws -> (steps: [StepRecord], evaluations: [EvaluationRecord]) {
    let folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    let old = try Connection.earlierDatabase(version: 7, at: path)
    try old.execute(
      """
      INSERT INTO run (id, uuid, name, status, configuration, provenance, started_at, heartbeat_at, boot_id, process_id,
        process_start, step_count) VALUES (1, '5149b28b-6e1c-4f6e-9c0a-6f8a4d3f2b11', 'a', 'finished', '{}',
        '\(provenance)', 't', 't', '', 0, 0, 4);
      INSERT INTO step (run, step, loss) VALUES (1, 0, 0.5), (1, 1, NULL), (1, 2, 9e999), (1, 3, NULL);
      INSERT INTO evaluation (run, step, split, statistics, loss)
        SELECT run, step, 'test', 'none', loss FROM step;
      """)
    if let diverged {
      try old.run(
        "INSERT INTO event (run, step, kind, message) VALUES (1, ?, 'diverged', '')",
        [.integer(diverged)])
    }
    let database = try RunDatabase(path: path, for: .record)
    let run = try database.run("a")
    var steps: [StepRecord] = []
    try database.forEachStep(of: run) { steps.append($0) }
    return (steps, try database.evaluations(of: run))
  }

  @Test(
    "Our own is NaN; another program's is unknown until the run diverged",
    arguments: [
      ("{}", nil, [true, true]), ("no JSON", nil, [true, true]),
      (#"{"protocol": 1}"#, nil, [nil, nil]), (#"{"protocol": 1}"#, 2, [nil, true]),
      (#"{"protocol": 1}"#, 1, [true, true]),
    ] as [(String, Int?, [Bool?])])
  func losses(provenance: String, diverged: Int?, expected: [Bool?]) throws {
    let (steps, evaluations) = try losses(provenance: provenance, diverged: diverged)
    for losses in [steps.map(\.loss), evaluations.map(\.loss)] {
      #expect(losses[0] == 0.5 && losses[2] == .infinity)
      #expect([losses[1]?.isNaN, losses[3]?.isNaN] == expected)
    }
    #expect(steps.map(\.accuracy) == [nil, nil, nil, nil])
    #expect(evaluations.map(\.accuracy) == [nil, nil, nil, nil])
  }
}
