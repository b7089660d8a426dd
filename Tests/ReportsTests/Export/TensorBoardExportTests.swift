import FoundationEssentials
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Statistics
import TestSupport
import Testing

@Suite("A run as an event file of TensorBoard")
struct TensorBoardExportTests {
  let runs: RecordedRuns

  init() throws {
    runs = try RecordedRuns()
    let recorder = try runs.recorder(
      "run", configuration: #"{"layers": [2, 3], "rate": 0.5, "data": {"name": "x"}, "on": true}"#)
    let site = Site(
      layer: 1, tap: .preactivation, population: .probe, statistics: .batch, width: 2,
      epsilon: 0.001, layerName: "bn/1")
    let axis = try #require(HistogramAxis(bins: 2, lower: [-1, -1], upper: [1, 1]))
    for step in 0..<50 {
      if step % 10 == 0 {
        recorder.record(
          site, step: step, count: 8, nonFiniteCount: 0,
          mean: [Float(step) / 100, Float(step) / 100], variance: [0.999, 0.999],
          affine: ([1, 2], [0, 0.5]))
        var histograms = FeatureHistograms(axis: axis)
        let rows: [Float] = [-3, 0.5, 0.75, 0.5]
        histograms.add(rows: rows.span)
        recorder.record(histograms, at: site, step: step)
        recorder.record(
          EvaluationRecord(
            step: step, split: .test, statistics: .running, loss: 0.25, accuracy: .nan))
      }
      try recorder.record(
        StepRecord(
          step: step, loss: step == 3 ? .infinity : 1 / Double(step + 1), accuracy: .nan,
          learningRate: 0.1, batchSize: 8, duration: step == 9 ? nil : 0.25))
    }
    try recorder.end(.finished)
  }

  func bytes() throws -> [UInt8] {
    var bytes: [UInt8] = []
    try withoutActuallyEscaping({ (piece: [UInt8]) throws in bytes += piece }) { output in
      try TensorBoardExport.write(runs.database.run("run"), in: runs.database, output)
    }
    return bytes
  }

  @Test("It has every series, by tag and step")
  func series() throws {
    let file = try EventFile(bytes())
    #expect(file.events[0].version == "brain.Event:2")
    let tensor = "bn%2F1/preactivation/probe/batch"
    #expect(
      Set(file.values.map(\.value.tag)) == [
        "_hparams_/session_start_info", "_hparams_/session_end_info", "step/loss",
        "step/learning_rate", "evaluation/test/running/loss", "shift/bn%2F1",
        "\(tensor)/histogram", "\(tensor)/mean", "\(tensor)/variance", "\(tensor)/gamma",
        "\(tensor)/beta",
      ])
    let loss = file.scalars("step/loss")
    #expect(loss.map(\.step) == Array(0..<50))
    #expect(loss[3].value == .infinity && loss[1].value == 0.5)
    #expect(file.scalars("step/learning_rate").allSatisfy { $0.value == 0.1 })
    #expect(file.scalars("evaluation/test/running/loss").map(\.step) == [0, 10, 20, 30, 40])
    // Each mean is step/100, and the deviation with epsilon 1.
    let shifts = file.scalars("shift/bn%2F1")
    #expect(shifts.map(\.step) == [0, 10, 20, 30, 40])
    for (step, value) in shifts { #expect(abs(value - Float(step) / 100) < 1e-6) }
    func values(_ name: String) -> [EventFile.Value] {
      file.values.filter { $0.value.tag == "\(tensor)/\(name)" && $0.step == 20 }.map(\.value)
    }
    #expect(values("mean").map { $0.tensor?.values } == [[0.2, 0.2]])
    #expect(values("beta").map { $0.tensor?.values } == [[0, 0.5]])
    let histogram = try #require(values("histogram").first?.histogram)
    #expect(histogram.limits == [-1, 0, 1] && histogram.counts == [1, 0, 3])
    let described = file.values.first { $0.value.tag == "shift/bn%2F1" }?.value.description
    #expect(described?.contains("population probe, statistics batch, reference start") == true)
  }

  @Test("Times are the beginning and the durations of the steps before")
  func times() throws {
    let file = try EventFile(bytes())
    let run = try runs.database.run("run")
    let start = try Date(
      run.startedAt, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    ).timeIntervalSince1970
    #expect(file.events[0].seconds == start && start > 1.7e9)
    let losses = file.values.filter { $0.value.tag == "step/loss" }
    // The step without a duration takes no time.
    #expect(losses[4].seconds - start == 1 && losses[10].seconds - start == 2.25)
    let shift = file.values.last { $0.value.tag == "shift/bn%2F1" }
    #expect(shift?.step == 40 && shift?.seconds == start + 9.75)
    #expect(file.events.last?.seconds == start + 12.25)
  }

  @Test("The configuration is the hyperparameters, and the status that of the session")
  func hyperparameters() throws {
    let file = try EventFile(bytes())
    let session = file.values.filter { $0.value.plugin == "hparams" }.map(\.value)
    let start = try #require(try session[0].pluginContents?.messages(3).first)
    let entries = try start.messages(1)
    #expect(entries.flatMap { $0.texts(1) } == ["data.name", "layers", "on", "rate"])
    let values = try entries.flatMap { try $0.messages(2) }
    #expect(values[0].texts(3) == ["x"] && values[1].texts(3) == ["2,3"])
    #expect(values[2].numbers(4) == [1] && values[3].double(2) == 0.5)
    let end = try #require(try session[1].pluginContents?.messages(4).first)
    #expect(end.numbers(1) == [1])
  }

  @Test("The same data give the same bytes")
  func sameBytes() throws { #expect(try bytes() == bytes()) }

  @Test("A run without steps and tensors has a file too")
  func empty() throws {
    try runs.recorder("none").end(.finished)
    var bytes: [UInt8] = []
    try withoutActuallyEscaping({ (piece: [UInt8]) throws in bytes += piece }) { output in
      try TensorBoardExport.write(runs.database.run("none"), in: runs.database, output)
    }
    #expect(try EventFile(bytes).events.count == 3)
  }

  @Test(
    "TensorBoard reads it",
    .enabled(if: Python.withTensorBoard != nil, "tensorboard is not installed"))
  func tensorBoard() throws {
    try runs.folder.write(bytes(), to: "events.out.tfevents.1")
    let script = """
      from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
      from tensorboard.plugins.hparams import plugin_data_pb2
      from tensorboard.util import tensor_util
      a = EventAccumulator(".", size_guidance={"tensors": 0, "histograms": 0, "scalars": 0})
      a.Reload()
      t = "bn%2F1/preactivation/probe/batch/"
      tags = a.Tags()
      assert sorted(tags["scalars"]) == ["evaluation/test/running/loss", "shift/bn%2F1",
        "step/learning_rate", "step/loss"], tags
      assert tags["histograms"] == [t + "histogram"], tags
      assert [t + n in tags["tensors"] for n in ("mean", "variance", "gamma", "beta")] == [True] * 4
      loss = a.Scalars("step/loss")
      assert [e.step for e in loss] == list(range(50)) and loss[1].value == 0.5
      h = a.Histograms(t + "histogram")
      assert [e.step for e in h] == [0, 10, 20, 30, 40]
      v = h[0].histogram_value
      assert (v.min, v.max, v.num) == (-1, 1, 4), v
      assert list(v.bucket_limit) == [-1, 0, 1] and list(v.bucket) == [1, 0, 3], v
      m = tensor_util.make_ndarray(a.Tensors(t + "beta")[2].tensor_proto)
      assert m.dtype == "float32" and m.tolist() == [0, 0.5], m
      p = a.SummaryMetadata("_hparams_/session_start_info").plugin_data
      data = plugin_data_pb2.HParamsPluginData.FromString(p.content)
      hparams = data.session_start_info.hparams
      assert p.plugin_name == "hparams" and hparams["rate"].number_value == 0.5
      assert hparams["layers"].string_value == "2,3" and hparams["on"].bool_value
      end = a.SummaryMetadata("_hparams_/session_end_info").plugin_data.content
      assert plugin_data_pb2.HParamsPluginData.FromString(end).session_end_info.status == 1
      """
    let run = try CommandRun(
      try #require(Python.withTensorBoard), ["-c", script], in: runs.folder.path)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
  }
}
