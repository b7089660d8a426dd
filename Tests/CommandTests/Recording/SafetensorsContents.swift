import FoundationEssentials
import Testing

/// The tensors of a safetensors file, read as its format says and without the product's own reader.
struct SafetensorsContents {
  struct Tensor: Equatable {
    let type: String
    let shape: [Int]
    let bytes: [UInt8]
  }

  /// An entry of the header; one without a type is the metadata.
  private struct Entry: Decodable {
    let dtype: String?
    let shape: [Int]?
    let data_offsets: [Int]?
  }

  private struct Metadata: Decodable {
    let __metadata__: [String: String]?
  }

  let tensors: [String: Tensor]
  let metadata: [String: String]

  init(_ bytes: [UInt8]) throws {
    let length = bytes[0..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(length % 8 == 0)
    let header = Data(bytes[8..<8 + length])
    metadata = try JSONDecoder().decode(Metadata.self, from: header).__metadata__ ?? [:]
    var tensors: [String: Tensor] = [:]
    var byteCount = 0
    for (name, entry) in try JSONDecoder().decode([String: Entry].self, from: header) {
      guard let type = entry.dtype, let shape = entry.shape, let offsets = entry.data_offsets
      else { continue }
      let size = try #require(["F32": 4, "I32": 4, "I64": 8][type])
      #expect(offsets[1] - offsets[0] == size * shape.reduce(1, *))
      tensors[name] = Tensor(
        type: type, shape: shape,
        bytes: Array(bytes[8 + length + offsets[0]..<8 + length + offsets[1]]))
      byteCount += offsets[1] - offsets[0]
    }
    #expect(byteCount == bytes.count - 8 - length)
    self.tensors = tensors
  }

  /// The parameters and population statistics of the layers.
  var layers: [String: Tensor] { tensors.filter { $0.key.hasPrefix("layers.") } }
}
