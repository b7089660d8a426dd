/// What the JSON of a safetensors header holds, before its numbers are looked at.
struct SafetensorsHeaderContents: Decodable {
  /// One tensor's entry.
  struct Tensor {
    let name: String
    let type: String
    let shape: [Int]
    let offsets: [Int]
  }

  let tensors: [Tensor]
  let metadata: [String: String]

  /// How many keys there are in all its objects.
  var keyCount: Int {
    tensors.count * (1 + TensorKey.allCases.count) + (hasMetadata ? 1 : 0) + metadata.count
  }

  private let hasMetadata: Bool

  private enum TensorKey: String, CodingKey, CaseIterable {
    case type = "dtype"
    case shape
    case offsets = "data_offsets"
  }

  /// Reads the contents.
  ///
  /// - Throws: `SafetensorsError` that says which part is not as the format wants it.
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: AnyCodingKey.self)
    var tensors: [Tensor] = []
    var metadata: [String: String]?
    // In order, so that of two faults the same one is always named.
    for key in container.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      if key.stringValue == SafetensorsFile.metadataKey {
        guard let texts = try? container.decode([String: String].self, forKey: key) else {
          throw SafetensorsError("The metadata are not an object of strings.")
        }
        metadata = texts
      } else {
        tensors.append(try Self.tensor(key, of: container))
      }
    }
    self.tensors = tensors
    self.metadata = metadata ?? [:]
    hasMetadata = metadata != nil
  }

  private static func tensor(
    _ key: AnyCodingKey, of container: KeyedDecodingContainer<AnyCodingKey>
  ) throws(SafetensorsError) -> Tensor {
    let name = key.stringValue
    guard
      let names = try? container.nestedContainer(keyedBy: AnyCodingKey.self, forKey: key).allKeys,
      Set(names.map(\.stringValue)) == Set(TensorKey.allCases.map(\.rawValue)),
      let entry = try? container.nestedContainer(keyedBy: TensorKey.self, forKey: key),
      let type = try? entry.decode(String.self, forKey: .type),
      let shape = try? entry.decode([Int].self, forKey: .shape),
      let offsets = try? entry.decode([Int].self, forKey: .offsets)
    else {
      throw SafetensorsError(
        "The tensor \(quotedExcerpt(name)) is not an object with the string dtype and the whole numbers shape and data_offsets, and with nothing else."
      )
    }
    return Tensor(name: name, type: type, shape: shape, offsets: offsets)
  }
}
