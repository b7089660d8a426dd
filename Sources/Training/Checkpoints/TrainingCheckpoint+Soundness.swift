package import RunModel
package import Safetensors

extension TrainingCheckpoint {
  /// The largest number of updates in a file: more than any training makes, and exact as Double.
  static let largestCount = 1 << 53

  /// The tensors of a recorded checkpoint.
  ///
  /// NaN and infinite numbers are read as they are: a run that diverges has them, and diverges again.
  /// - Throws: `SafetensorsError` where the bytes are no such file; `Mismatch` where it holds what is impossible, or
  ///   contradicts the checkpoint's step.
  package static func contents(of checkpoint: Checkpoint) throws -> SafetensorsFile {
    let file = try SafetensorsFile(decoding: checkpoint.tensors)
    try requireSound(file)
    guard try count("optimizer.updates", in: file) == checkpoint.step else {
      throw Mismatch(
        description:
          "its optimizer has made another number of updates than the \(checkpoint.step) of its step"
      )
    }
    return file
  }

  /// The fault of a checkpoint of `run`, in a part of a sentence; nil where it has none.
  ///
  /// Only the format is checked if another program recorded the run.
  package static func fault(of checkpoint: Checkpoint, in run: Run) -> String? {
    do {
      guard Provenance(json: run.provenance) != nil else {
        _ = try SafetensorsFile(decoding: checkpoint.tensors)
        return nil
      }
      let file = try contents(of: checkpoint)
      guard file.metadata["format"] == format else {
        return "it does not say that it is a \(format)"
      }
      guard checkpoint.step <= run.stepCount else {
        return "the run has no more than \(run.stepCount) steps"
      }
      return nil
    } catch let error as SafetensorsError {
      return error.sentenceEnd
    } catch {
      return "\(error)"
    }
  }

  /// Checks the numbers of a file that training starts from, each by itself and against the others.
  ///
  /// - Parameters:
  ///   - file: a checkpoint, or parameters from elsewhere.
  ///   - isStart: whether a new run starts from it, which is impossible with NaN or an infinite number.
  /// - Throws: `Mismatch` that names the first impossible tensor.
  static func requireSound(_ file: SafetensorsFile, isStart: Bool = false) throws(Mismatch) {
    for tensor in file.tensors {
      let parts = tensor.name.split(separator: ".", omittingEmptySubsequences: false).map(
        String.init)
      switch (parts.count, parts[0]) {
      case (3, "layers"):
        try requireSound(tensor, parts[2], of: "layers.\(parts[1])", in: file, isStart)
      case (5, "optimizer") where parts[1] == "layers":
        try requireSound(state: tensor, parts, in: file)
      default: continue
      }
    }
    guard file.tensor(named: "optimizer.updates") != nil else { return }
    let updates = try count("optimizer.updates", in: file)
    guard file.metadata["step"].map({ $0 == "\(updates)" }) ?? true else {
      throw Mismatch(
        description:
          "its metadata say step \(file.metadata["step"] ?? "") and its optimizer says step \(updates)"
      )
    }
    for tensor in file.tensors where tensor.name.hasSuffix(".running_updates") {
      // Each update moves the running statistics, once for each ghost batch.
      guard try count(tensor.name, in: file) >= updates else {
        throw Mismatch(
          description: "\(tensor.name) is smaller than the \(updates) of optimizer.updates")
      }
    }
  }

  private static func requireSound(
    _ tensor: SafetensorsFile.Tensor, _ part: String, of layer: String, in file: SafetensorsFile,
    _ isStart: Bool
  ) throws(Mismatch) {
    let running = ["running_mean", "running_variance", "running_updates"]
    if running.contains(part) {
      for other in running where file.tensor(named: "\(layer).\(other)") == nil {
        throw Mismatch(description: "it has \(tensor.name) and no \(layer).\(other)")
      }
    }
    for (part, other) in [("mean", "variance"), ("variance", "mean")]
    where tensor.name == "\(layer).previous_\(part)"
      && file.tensor(named: "\(layer).previous_\(other)") == nil
    {
      throw Mismatch(description: "it has \(tensor.name) and no \(layer).previous_\(other)")
    }
    if part == "running_updates" {
      _ = try count(tensor.name, in: file)
      return
    }
    guard case .float32(let values) = tensor.values else { return }
    let width = file.tensor(named: "\(layer).weight")?.shape.last
    guard part == "weight" || width == nil || tensor.shape == [width ?? 0] else {
      throw Mismatch(
        description:
          "\(tensor.name) has the shape \(tensor.shape) in a layer of \(width ?? 0) units")
    }
    if part == "running_variance" || part == "previous_variance" {
      try requireNoNegative(values, tensor.name)
    }
    guard isStart, let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    throw Mismatch(
      description:
        "\(tensor.name) holds \(values[place]) at place \(place), which no training can start from")
  }

  private static func requireSound(
    state: SafetensorsFile.Tensor, _ parts: [String], in file: SafetensorsFile
  ) throws(Mismatch) {
    let name = parts[1...3].joined(separator: ".")
    guard let parameter = file.tensor(named: name), parameter.shape == state.shape else {
      throw Mismatch(description: "\(state.name) has another shape than \(name)")
    }
    guard parts[4] == "second", case .float32(let values) = state.values else { return }
    try requireNoNegative(values, state.name)
  }

  private static func requireNoNegative(_ values: [Float], _ name: String) throws(Mismatch) {
    guard let place = values.firstIndex(where: { $0 < 0 }) else { return }
    throw Mismatch(
      description:
        "\(name) holds \(values[place]) at place \(place), where a mean of squares is 0 or more")
  }
}
