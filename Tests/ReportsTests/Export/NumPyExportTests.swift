import FoundationEssentials
import Reports
import RunModel
import RunStore
import TestSupport
import Testing

@Suite("A run as arrays of NumPy")
struct NumPyExportTests {
  let runs: RecordedRuns

  /// A run with a layer of two units that batch norm reads, and one with a hostile name.
  init() throws {
    runs = try RecordedRuns()
    let recorder = try runs.recorder("run")
    let normalized = Site(
      layer: 1, tap: .preactivation, population: .batch, statistics: .batch, width: 2,
      epsilon: 0.001, layerName: "bn/1")
    let hostile = Site(
      layer: 2, tap: .input, population: .probe, statistics: .none, width: 1, layerName: "../x")
    for step in 0..<300 {
      let x = Float(step) / 3
      recorder.record(
        normalized, step: step, count: 8, nonFiniteCount: 0, mean: [x, -x],
        variance: [1, step == 5 ? .nan : x], affine: ([1, x], [0, 2 * x]))
      if step % 100 == 0 {
        recorder.record(
          hostile, step: step, count: 40 + step, nonFiniteCount: 0, mean: [7], variance: [0.5])
        recorder.record(
          EvaluationRecord(
            step: step, split: try #require(EvaluationRecord.Split(rawValue: "../held-out")),
            statistics: .running, loss: 1.0 / 3, accuracy: .nan, count: 5))
      }
      try recorder.record(
        step == 7
          ? StepRecord(step: step, loss: .infinity, accuracy: .nan)
          : StepRecord(step: step, loss: Double(step) / 7, accuracy: 0.5, learningRate: 0.1))
    }
    try recorder.end(.finished)
  }

  /// The file, in pieces.
  func pieces() throws -> [[UInt8]] {
    var pieces: [[UInt8]] = []
    try withoutActuallyEscaping({ (piece: [UInt8]) throws in pieces.append(piece) }) { output in
      try NumPyExport.write(runs.database.run("run"), in: runs.database, output)
    }
    return pieces
  }

  @Test("numpy reads every array", .enabled(if: Python.hasNumPy, "\(Python.skipReason)"))
  func arrays() throws {
    try runs.folder.write(Array(pieces().joined()), to: "run.npz")
    let script = """
      import numpy as np
      a = np.load("run.npz")
      bn = "bn%2F1/preactivation/batch/batch/"
      x = "%2E.%2Fx/input/probe/none/"
      held = "evaluation/%2E.%2Fheld-out/running/"
      want = [bn + n for n in ("step", "count", "mean", "variance", "gamma", "beta")]
      want += [x + n for n in ("step", "count", "mean", "variance")]
      want += [held + n for n in ("step", "loss", "accuracy")]
      want += ["step/" + n for n in ("step", "loss", "accuracy", "learning_rate")]
      want += ["layer/" + n for n in ("number", "name", "folder")]
      assert sorted(a) == sorted(want), sorted(a)
      s = np.arange(300)
      f = s.astype(np.float32) / np.float32(3)
      assert a[bn + "step"].dtype == np.int64 and (a[bn + "step"] == s).all()
      assert (a[bn + "count"] == 8).all() and a[x + "count"].tolist() == [40, 140, 240]
      assert a[bn + "mean"].dtype == np.float32
      assert np.array_equal(a[bn + "mean"], np.stack([f, -f], 1))
      v = np.stack([np.ones_like(f), f], 1); v[5, 1] = np.nan
      assert np.array_equal(a[bn + "variance"], v, equal_nan=True)
      assert np.array_equal(a[bn + "gamma"], np.stack([np.ones_like(f), f], 1))
      assert np.array_equal(a[bn + "beta"], np.stack([0 * f, 2 * f], 1))
      assert a[x + "step"].tolist() == [0, 100, 200] and a[x + "mean"].shape == (3, 1)
      assert a[held + "loss"].tolist() == [1 / 3] * 3 and np.isnan(a[held + "accuracy"]).all()
      loss = s / 7; loss[7] = np.inf
      assert np.array_equal(a["step/loss"], loss) and a["step/learning_rate"][0] == 0.1
      assert np.isnan(a["step/learning_rate"]).sum() == 1 == np.isnan(a["step/accuracy"]).sum()
      assert a["layer/number"].tolist() == [1, 2] and a["layer/name"].tolist() == ["bn/1", "../x"]
      assert a["layer/folder"].tolist() == ["bn%2F1", "%2E.%2Fx"]
      """
    let run = try CommandRun("python3", ["-c", script], in: runs.folder.path)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
  }

  @Test("The same data give the same bytes, in small pieces")
  func sameBytes() throws {
    let pieces = try pieces()
    #expect(try pieces == self.pieces())
    #expect(pieces.allSatisfy { $0.count <= 1 << 16 })
  }

  @Test("The output's error ends the writing")
  func failure() throws {
    struct Full: Error {}
    #expect(throws: Full.self) {
      try NumPyExport.write(runs.database.run("run"), in: runs.database) { _ in throw Full() }
    }
  }
}
