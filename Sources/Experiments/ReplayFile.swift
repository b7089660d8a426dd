import Datasets
import Network

/// A run's initial parameters and the order of its training examples in one safetensors file: all that it takes
/// to replay the run elsewhere.
///
/// Tensors are row-major and little-endian: `layers.L.weight` [inputs, outputs], `layers.L.bias`,
/// `layers.L.gamma`, `layers.L.beta` [outputs] in float32, with L from 1, each where the layer has it; and
/// `batch_order` [steps, batch] in int32, the rows that each step sees, counted from 0 in the published file:
/// the digits' CSV, a CSV's rows below its heading, or the training images of IDX.
package enum ReplayFile {
  private struct Tensor {
    let name: String
    let type: String
    let shape: [Int]
    let words: [UInt32]
  }

  /// The file's bytes.
  package static func bytes(of run: TrainingRun) -> [UInt8] {
    var tensors = run.initialNetwork.layers.enumerated().flatMap { index, layer in
      let prefix = "layers.\(index + 1)."
      var tensors = [
        Tensor(
          name: prefix + "weight", type: "F32", shape: [layer.inputWidth, layer.width],
          words: layer.weights.values.map(\.bitPattern))
      ]
      let vectors = [
        ("bias", layer.bias), ("gamma", layer.batchNorm?.gamma), ("beta", layer.batchNorm?.beta),
      ]
      for case (let name, let values?) in vectors {
        tensors.append(
          Tensor(
            name: prefix + name, type: "F32", shape: [layer.width],
            words: values.map(\.bitPattern)))
      }
      return tensors
    }
    var order = run.batchOrder
    let sourceRows = run.dataset.train.sourceRows
    let configuration = run.configuration
    tensors.append(
      Tensor(
        name: "batch_order", type: "I32", shape: [configuration.steps, configuration.batchSize],
        words: (0..<configuration.steps).flatMap { _ in order.next().map { UInt32(sourceRows[$0]) }
        }))
    return encode(tensors)
  }

  /// The safetensors layout: the header's length in 8 bytes, the header in JSON, the tensors one after the other.
  private static func encode(_ tensors: [Tensor]) -> [UInt8] {
    var offset = 0
    var entries: [String] = []
    for tensor in tensors {
      let end = offset + tensor.words.count * 4
      entries.append(
        "\"\(tensor.name)\":{\"dtype\":\"\(tensor.type)\",\"shape\":\(tensor.shape),"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var header = "{" + entries.joined(separator: ",") + "}"
    // The tensors start at a multiple of 8, so that they can be mapped.
    while header.utf8.count % 8 != 0 { header += " " }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.utf8.count + offset)
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: header.utf8.count >> shift))
    }
    bytes.append(contentsOf: header.utf8)
    for tensor in tensors {
      for word in tensor.words {
        for shift in stride(from: 0, to: 32, by: 8) {
          bytes.append(UInt8(truncatingIfNeeded: word >> UInt32(shift)))
        }
      }
    }
    return bytes
  }
}
