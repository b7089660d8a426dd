import FoundationEssentials
import TestSupport
import Testing

@Suite("Checkpoints in files")
struct CheckpointTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  @Test(
    "An exported checkpoint has what is documented: parameters, population, optimizer")
  func contents() throws {
    try place.folder.write(
      #"{"layers": [{"channels": 3, "pooling": "max"}, {"units": 6, "norm": "none"}]}"#,
      to: "images.json")
    try place.normscope(
      [
        "record", "--config", "images.json", "--steps", "5", "--batch-size", "20", "--optimizer",
        "adam", "--checkpoint-every", "2", "--probe", "0",
      ])
    let newest = try SafetensorsContents(place.checkpoint(of: "latest"))
    #expect(newest.metadata == ["format": "normscope-checkpoint", "step": "5"])
    let parameters: [String: [Int]] = [
      "layers.1.weight": [3, 3, 1, 3], "layers.1.gamma": [3], "layers.1.beta": [3],
      "layers.2.weight": [48, 6], "layers.2.bias": [6],
      "layers.3.weight": [6, 10], "layers.3.bias": [10],
    ]
    var expected = parameters.merging([
      "layers.1.running_mean": [3], "layers.1.running_variance": [3],
      "layers.1.running_updates": [1], "optimizer.updates": [1],
    ]) { $1 }
    for (name, shape) in parameters {
      expected["optimizer.\(name).first"] = shape
      expected["optimizer.\(name).second"] = shape
    }
    #expect(newest.tensors.mapValues(\.shape) == expected)
    #expect(newest.tensors["optimizer.updates"]?.bytes == [5, 0, 0, 0, 0, 0, 0, 0])
    #expect(newest.tensors["layers.1.running_updates"]?.bytes == [5, 0, 0, 0, 0, 0, 0, 0])

    for step in [2, 4] {
      let file = try SafetensorsContents(place.checkpoint(of: "latest", step: step))
      #expect(file.metadata["step"] == "\(step)")
      #expect(file.tensors.mapValues(\.shape) == expected)
      #expect(file.tensors["layers.3.weight"] != newest.tensors["layers.3.weight"])
    }
  }

  @Test(
    "Python's safetensors reads a checkpoint and an initial file",
    .enabled(if: Python.hasSafetensors, "safetensors is not installed for python3"))
  func python() throws {
    try place.normscope(
      [
        "record", "--layers", "5", "--steps", "3", "--momentum", "0.9", "--probe", "0",
        "--save-initial", "initial.safetensors",
      ])
    _ = try place.checkpoint(of: "latest")
    let script = """
      import sys
      from safetensors import safe_open
      for path in sys.argv[1:]:
          with safe_open(path, "numpy") as file:
              print(sorted(file.metadata().items()))
              for name in sorted(file.keys()):
                  tensor = file.get_tensor(name)
                  print(name, tensor.dtype, list(tensor.shape))
      """
    let run = try CommandRun(
      "python3", ["-c", script, "checkpoint.safetensors", "initial.safetensors"],
      in: place.folder.path)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
    let parameters = [
      "layers.1.beta float32 [5]", "layers.1.gamma float32 [5]",
      "layers.1.running_mean float32 [5]", "layers.1.running_updates int64 [1]",
      "layers.1.running_variance float32 [5]", "layers.1.weight float32 [64, 5]",
      "layers.2.bias float32 [10]", "layers.2.weight float32 [5, 10]",
    ]
    let states = [
      "layers.1.beta.first float32 [5]", "layers.1.gamma.first float32 [5]",
      "layers.1.weight.first float32 [64, 5]", "layers.2.bias.first float32 [10]",
      "layers.2.weight.first float32 [5, 10]", "updates int64 [1]",
    ].map { "optimizer." + $0 }
    #expect(
      run.output.split(separator: "\n").map(String.init)
        == ["[('format', 'normscope-checkpoint'), ('step', '3')]"]
        + parameters + states + ["[('format', 'normscope-initial')]", "batch_order int32 [3, 50]"]
        + parameters)
  }

  @Test("A run starts from a checkpoint's parameters and population statistics")
  func initFromCheckpoint() throws {
    let options = ["record", "--layers", "6,5", "--batch-size", "20", "--probe", "20"]
    try place.normscope(options + ["--steps", "8", "--name", "first"])
    let checkpoint = try SafetensorsContents(place.checkpoint(of: "first"))
    try place.normscope(
      options + [
        "--steps", "3", "--seed", "9", "--name", "second", "--init-from",
        "checkpoint.safetensors", "--save-initial", "second.safetensors",
      ])
    let initial = try SafetensorsContents(place.bytes(of: "second.safetensors"))
    #expect(initial.layers == checkpoint.layers)
    #expect(initial.layers.count == 14)
    // So its first evaluation is the other's last one.
    func evaluation(_ run: String, _ step: Int) throws -> [[String?]] {
      try place.exported(run).rows(of: "evaluation").filter { $0["step"] == .text("\(step)") }
        .map { row in ["split", "statistics", "loss", "accuracy"].map { row[$0]?.text } }
    }
    #expect(try evaluation("second", 0) == evaluation("first", 8))
    #expect(try evaluation("second", 0).count == 2)
  }

  @Test("A run from another's initial file is that run again, whatever its weights would have been")
  func initFromInitial() throws {
    let options = [
      "record", "--layers", "6", "--batch-size", "20", "--steps", "5", "--probe", "20",
    ]
    try place.normscope(options + ["--name", "first", "--save-initial", "a.safetensors"])
    try place.normscope(
      options + ["--name", "second", "--init-from", "a.safetensors", "--init", "he"])
    #expect(try place.numbers(of: "second") == place.numbers(of: "first"))
    #expect(try place.checkpoint(of: "second") == place.checkpoint(of: "first"))
  }
}
