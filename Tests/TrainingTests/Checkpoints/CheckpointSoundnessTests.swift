import RunModel
import Safetensors
import Training
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Impossible checkpoints")
struct CheckpointSoundnessTests {
  let runs: RecordedRuns
  let training: TrainingRun
  let run: Run
  let checkpoint: Checkpoint

  init() throws {
    runs = try RecordedRuns()
    let json =
      #"{"layers": [4], "batch_size": 20, "optimizer": "adam", "probe": 0, "noise_every": 0}"#
    run = try runs.record(runs.training(json) { $0.steps = 3 })
    training = try runs.training(json) { $0.steps = 5 }
    checkpoint = try #require(try runs.database.checkpoint(of: run))
  }

  /// The checkpoint with a tensor changed, or taken out where that is nil, and other metadata.
  func changed(
    _ name: String, _ values: SafetensorsFile.Values?, shape: [Int]? = nil, step: String = "3"
  ) throws
    -> Checkpoint
  {
    let file = try SafetensorsFile(decoding: checkpoint.tensors)
    let tensors = file.tensors.compactMap { tensor in
      tensor.name != name
        ? tensor
        : values.map {
          SafetensorsFile.Tensor(name: name, shape: shape ?? tensor.shape, values: $0)
        }
    }
    #expect(file.tensor(named: name) != nil)
    return Checkpoint(
      step: 3,
      tensors: SafetensorsFile(
        tensors: tensors, metadata: ["format": "normscope-checkpoint", "step": step]
      ).encoded())
  }

  /// Expects a checkpoint to be refused by `fault` and by resuming, and the run to stay as it was.
  func expectFault(_ checkpoint: Checkpoint, _ part: String) throws {
    let fault = TrainingCheckpoint.fault(of: checkpoint, in: run)
    #expect(fault?.contains(part) == true, "\(fault ?? "no fault")")
    let before = try runs.contents(of: run)
    let error = #expect(throws: InputFileError.self) {
      try checkpoint.used(of: run) { _ = try training.resume(run, from: $0, in: runs.database) }
    }
    #expect(error?.isMissing == false && error?.description.contains(part) == true)
    #expect(try runs.contents(of: run) == before)
  }

  @Test("A checkpoint as it was recorded has no fault")
  func sound() {
    #expect(TrainingCheckpoint.fault(of: checkpoint, in: run) == nil)
  }

  @Test(
    "A count outside of what training can reach is refused, and nothing overflows",
    arguments: ["layers.1.running_updates", "optimizer.updates"],
    [Int64.max, .max - 3, .max / 2, 1 << 53 + 1, -1, .min])
  func counts(name: String, count: Int64) throws {
    try expectFault(changed(name, .int64([count])), "\(name) is \(count)")
  }

  @Test("Counts that contradict the step, the metadata or each other are refused")
  func contradictions() throws {
    for updates in [0, 2, 4, 1 << 53] as [Int64] {
      try expectFault(
        changed("optimizer.updates", .int64([updates]), step: "\(updates)"),
        updates > 3 ? "is smaller than the \(updates)" : "another number of updates than the 3")
    }
    try expectFault(changed("optimizer.updates", .int64([3]), step: "4"), "its metadata say step")
    try expectFault(
      changed("layers.1.running_updates", .int64([2])),
      "layers.1.running_updates is smaller than the 3")
    let later = Checkpoint(step: 7, tensors: checkpoint.tensors)
    #expect(
      TrainingCheckpoint.fault(of: later, in: run)?.contains("than the 7 of its step") == true)
  }

  @Test("A checkpoint of more steps than its run has is refused before training runs through them")
  func beyondTheRun() throws {
    let file = try SafetensorsFile(decoding: checkpoint.tensors)
    let step = 1 << 50
    let tensors = file.tensors.map { tensor in
      tensor.name.hasSuffix("updates")
        ? SafetensorsFile.Tensor(name: tensor.name, shape: [1], values: .int64([Int64(step)]))
        : tensor
    }
    let far = Checkpoint(
      step: step,
      tensors: SafetensorsFile(
        tensors: tensors, metadata: ["format": "normscope-checkpoint", "step": "\(step)"]
      ).encoded())
    try expectFault(far, "the run has no more than 3 steps")
  }

  @Test(
    "A negative mean of squares is refused",
    arguments: ["layers.1.running_variance", "optimizer.layers.1.gamma.second"])
  func negative(name: String) throws {
    try expectFault(changed(name, .float32([1, 0, -0.5, 1])), "\(name) holds -0.5 at place 2")
    try expectFault(
      changed(name, .float32([-.infinity, 0, 0, 0])), "\(name) holds -inf at place 0")
    #expect(
      try TrainingCheckpoint.fault(of: changed(name, .float32([0, 1, 2, 3])), in: run) == nil)
  }

  @Test("Tensors of a layer that are missing or of another length are refused")
  func shapes() throws {
    try expectFault(changed("layers.1.running_variance", nil), "no layers.1.running_variance")
    try expectFault(changed("layers.1.running_mean", nil), "no layers.1.running_mean")
    try expectFault(changed("layers.1.running_updates", nil), "no layers.1.running_updates")
    try expectFault(changed("optimizer.updates", nil), "no count optimizer.updates")
    for name in ["layers.1.gamma", "layers.1.running_mean", "layers.1.beta"] {
      try expectFault(
        changed(name, .float32([0, 0, 0]), shape: [3]),
        "\(name) has the shape [3] in a layer of 4 units")
    }
    try expectFault(
      changed("optimizer.layers.1.gamma.first", .float32([0, 0, 0]), shape: [3]),
      "optimizer.layers.1.gamma.first has another shape")
  }

  @Test("A cut or renamed file is a fault; one of another program is looked at as a file alone")
  func files() throws {
    try expectFault(
      Checkpoint(step: 3, tensors: Array(checkpoint.tensors.dropLast())), "of which there are only")
    let file = try SafetensorsFile(decoding: checkpoint.tensors)
    let unnamed = Checkpoint(step: 3, tensors: SafetensorsFile(tensors: file.tensors).encoded())
    #expect(
      TrainingCheckpoint.fault(of: unnamed, in: run)?.contains("normscope-checkpoint") == true)
    let recorder = try RunRecorder(database: runs.database, run: NewRun(name: "foreign"))
    try recorder.end(.finished)
    let foreign = try runs.database.run("foreign")
    #expect(TrainingCheckpoint.fault(of: unnamed, in: foreign) == nil)
    #expect(TrainingCheckpoint.fault(of: Checkpoint(step: 3, tensors: [1, 2]), in: foreign) != nil)
  }

  @Test("A run that diverged has NaN in its checkpoint, is resumed as it was, and diverges again")
  func diverged() throws {
    let nan = try changed("layers.2.bias", .float32(Array(repeating: .nan, count: 10)))
    #expect(TrainingCheckpoint.fault(of: nan, in: run) == nil)
    let outcome = try training.resume(run, from: nan, in: runs.database)
    #expect(outcome.status == .diverged && outcome.stoppedAt == 3)
  }

  @Test(
    "Parameters that no training can start from are refused, and the tensor is named",
    arguments: [
      ("layers.1.weight", Float.nan), ("layers.2.bias", .infinity), ("layers.1.gamma", -.infinity),
      ("layers.1.running_mean", .nan), ("layers.1.running_variance", .nan),
      ("layers.1.running_variance", .infinity), ("layers.1.running_variance", -1),
    ])
  func start(name: String, value: Float) throws {
    let file = try SafetensorsFile(decoding: checkpoint.tensors)
    guard case .float32(var values)? = file.tensor(named: name)?.values else {
      Issue.record("\(name) is missing")
      return
    }
    values[1] = value
    let bytes = try changed(name, .float32(values)).tensors
    let error = #expect(throws: InputFileError.self) { try StartFile(path: "a.file", bytes) }
    #expect(error?.isMissing == false)
    #expect(
      error?.description.hasPrefix(
        "No run can start from a.file: \(name) holds \(value) at place 1") == true,
      "\(error?.description ?? "")")
  }
}
