package import Safetensors
import StrictJSON
import FoundationEssentials
package import Network

/// The state of training after some steps, as the tensors of a safetensors file.
///
/// `layers.L.weight`, `.bias`, `.gamma` and `.beta` are a layer's parameters, with L from 1, each where the layer has
/// it; `layers.L.running_mean`, `.running_variance` and `.running_updates` batch norm's population statistics;
/// `.previous_mean` and `.previous_variance` the statistics of the newest batch, where training needs them;
/// `optimizer.layers.L.….first` and `.second` the optimizer's moments of a parameter, and `optimizer.updates` the number
/// of updates. Dropout and noise draw from generators that follow from the seed and the step. The metadata `columns` are
/// the names of the features, a JSON array, where the data have names.
package enum TrainingCheckpoint {
  /// A file that is not the wanted checkpoint, with the reason in a part of a sentence.
  package struct Mismatch: Error, Equatable, CustomStringConvertible {
    /// The reason, such as "it has no tensor layers.1.weight".
    package let description: String
  }

  /// The format in the metadata of a checkpoint.
  static let format = "normscope-checkpoint"

  /// All tensors of a trainer on data with these columns.
  package static func file(of trainer: Trainer, columns: [String]? = nil) -> SafetensorsFile {
    var tensors = networkTensors(of: trainer.network)
    var states = trainer.optimizer.states[...]
    for (name, parameter) in named(trainer.network) {
      guard let state = states.popFirst() else { break }
      for (part, values) in [("first", state.first), ("second", state.second)]
      where !values.isEmpty {
        tensors.append(
          SafetensorsFile.Tensor(
            name: "optimizer.\(name).\(part)", shape: parameter.shape, values: .float32(values)))
      }
    }
    tensors.append(int64("optimizer.updates", [Int64(trainer.step)]))
    return SafetensorsFile(
      tensors: tensors,
      metadata: metadata(format: format, columns: columns)
        .merging(["step": "\(trainer.step)"]) { $1 })
  }

  /// The metadata of a file of this format and of data with these columns.
  static func metadata(format: String, columns: [String]?) -> [String: String] {
    var metadata = ["format": format]
    if let columns, columns.count <= Provenance.Data.largestNameCount {
      metadata["columns"] = "[\(columns.map(jsonStringLiteral).joined(separator: ","))]"
    }
    return metadata
  }

  /// The names of the features of a file's network; nil where it has none.
  static func columns(of file: SafetensorsFile) throws(Mismatch) -> [String]? {
    guard let text = file.metadata["columns"] else { return nil }
    do {
      return try JSONDecoder().decode([String].self, from: Data(text.utf8))
    } catch {
      throw Mismatch(description: "the columns in its metadata are not a JSON array of names")
    }
  }

  /// The parameters and population statistics of a network.
  static func networkTensors(of network: Network) -> [SafetensorsFile.Tensor] {
    var tensors = named(network).map { name, parameter in
      SafetensorsFile.Tensor(
        name: name, shape: parameter.shape, values: .float32(parameter.values))
    }
    for (index, layer) in network.layers.enumerated() {
      guard let running = layer.normalization?.running else { continue }
      let prefix = "layers.\(index + 1).running_"
      let shape = [running.mean.count]
      tensors.append(
        SafetensorsFile.Tensor(
          name: prefix + "mean", shape: shape, values: .float32(running.mean)))
      tensors.append(
        SafetensorsFile.Tensor(
          name: prefix + "variance", shape: shape, values: .float32(running.variance)))
      tensors.append(int64(prefix + "updates", [Int64(running.updateCount)]))
      guard let previous = layer.normalization?.previousBatch else { continue }
      for (name, values) in [("mean", previous.mean), ("variance", previous.variance)] {
        tensors.append(
          SafetensorsFile.Tensor(
            name: "layers.\(index + 1).previous_\(name)", shape: shape, values: .float32(values)))
      }
    }
    return tensors
  }

  /// `network` with the parameters of `file`, and its population statistics where the file has them.
  ///
  /// Other tensors of the file are ignored, except tensors of layers that the network lacks.
  /// - Throws: `Mismatch` if the file belongs to another network.
  package static func network(_ network: Network, with file: SafetensorsFile) throws(Mismatch)
    -> Network
  {
    var network = network
    for (index, layer) in network.layers.enumerated() {
      let prefix = "layers.\(index + 1)."
      for parameter in layer.parameterTensors {
        network.layers[index].setParameter(
          parameter.kind,
          try floats(prefix + parameter.kind.rawValue, parameter.shape, in: file))
      }
      guard let running = layer.normalization?.running,
        file.tensor(named: prefix + "running_mean") != nil
      else { continue }
      let shape = [running.mean.count]
      network.layers[index].normalization?.running = RunningStatistics(
        mean: try floats(prefix + "running_mean", shape, in: file),
        variance: try floats(prefix + "running_variance", shape, in: file),
        updateCount: try count(prefix + "running_updates", in: file), update: running.update)
      guard layer.normalization?.architecture.usesPreviousBatch == true,
        file.tensor(named: prefix + "previous_mean") != nil
      else { continue }
      network.layers[index].normalization?.previousBatch = BatchStatistics(
        mean: try floats(prefix + "previous_mean", shape, in: file),
        variance: try floats(prefix + "previous_variance", shape, in: file))
    }
    let known = Set(networkTensors(of: network).map(\.name))
    if let stray = file.tensors.first(where: {
      $0.name.hasPrefix("layers.") && !known.contains($0.name)
    }) {
      throw Mismatch(description: "its tensor \(stray.name) has no place in the network")
    }
    return network
  }

  /// The trainer whose state `file` holds.
  ///
  /// - Parameters:
  ///   - file: a file that `file(of:)` made.
  ///   - network: a network of the same architecture.
  ///   - configuration: the run's configuration.
  /// - Returns: the trainer, before its next step.
  /// - Throws: `Mismatch` if the file belongs to another network or method.
  static func trainer(
    _ file: SafetensorsFile, network: Network, configuration: RunConfiguration
  ) throws(Mismatch) -> Trainer {
    let restored = try self.network(network, with: file)
    let method = configuration.trainingMethod
    let sizes = named(restored).map(\.tensor.values.count)
    let fresh = Optimizer(
      method.optimizer, weightDecay: method.weightDecay, tensorSizes: sizes)
    var states: [Optimizer.State] = []
    for ((name, parameter), state) in zip(named(restored), fresh.states) {
      states.append(
        Optimizer.State(
          first: state.first.isEmpty
            ? [] : try floats("optimizer.\(name).first", parameter.shape, in: file),
          second: state.second.isEmpty
            ? [] : try floats("optimizer.\(name).second", parameter.shape, in: file)))
    }
    let updateCount = try count("optimizer.updates", in: file)
    guard
      let optimizer = Optimizer(
        restoring: states, updateCount: updateCount, method: method.optimizer,
        weightDecay: method.weightDecay, tensorSizes: sizes)
    else { throw Mismatch(description: "it has another optimizer") }
    return Trainer(
      network: restored, batchSize: configuration.batchSize, method: method, optimizer: optimizer,
      seed: configuration.seed)
  }

  private static func named(_ network: Network) -> [(name: String, tensor: ParameterTensor)] {
    network.layers.enumerated().flatMap { index, layer in
      layer.parameterTensors.map { ("layers.\(index + 1).\($0.kind.rawValue)", $0) }
    }
  }

  private static func int64(_ name: String, _ values: [Int64]) -> SafetensorsFile.Tensor {
    SafetensorsFile.Tensor(name: name, shape: [values.count], values: .int64(values))
  }

  private static func floats(_ name: String, _ shape: [Int], in file: SafetensorsFile)
    throws(Mismatch) -> [Float]
  {
    guard let tensor = file.tensor(named: name) else {
      throw Mismatch(description: "it has no tensor \(name)")
    }
    guard tensor.shape == shape, case .float32(let values) = tensor.values else {
      throw Mismatch(
        description:
          "its tensor \(name) has the shape \(tensor.shape), where the network needs \(shape) in F32"
      )
    }
    return values
  }

  /// The count called `name`, from 0 to `largestCount`.
  static func count(_ name: String, in file: SafetensorsFile) throws(Mismatch) -> Int {
    guard case .int64(let values)? = file.tensor(named: name)?.values, values.count == 1 else {
      throw Mismatch(description: "it has no count \(name)")
    }
    guard let count = Int(exactly: values[0]), (0...largestCount).contains(count) else {
      throw Mismatch(
        description: "its count \(name) is \(values[0]), which is not from 0 to \(largestCount)")
    }
    return count
  }
}
