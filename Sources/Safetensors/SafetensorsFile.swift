/// Named tensors in one file, in the safetensors format.
///
/// The header's length in 8 bytes, the header in JSON, then the tensors one after the other, row-major and
/// little-endian. Source: https://github.com/huggingface/safetensors, "Format".
package struct SafetensorsFile: Sendable, Equatable {
  /// One array of numbers with its name and shape.
  package struct Tensor: Sendable, Equatable {
    /// The name, which no other tensor of the file has.
    package let name: String
    /// The length of each dimension; a single number has none.
    package let shape: [Int]
    /// The numbers, the last dimension running fastest.
    package let values: Values

    /// Makes a tensor.
    ///
    /// - Precondition: the shape's product is the number of values.
    package init(name: String, shape: [Int], values: Values) {
      precondition(
        shape.allSatisfy { $0 >= 0 } && shape.reduce(1, *) == values.count,
        "\(name) has \(values.count) values, which are not the shape \(shape)")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The numbers of a tensor.
  package enum Values: Sendable, Equatable {
    /// Type F32.
    case float32([Float])
    /// Type I32.
    case int32([Int32])
    /// Type I64.
    case int64([Int64])

    /// The number of elements.
    package var count: Int {
      switch self {
      case .float32(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      }
    }
  }

  /// The format's key for the metadata, which no tensor can have for a name.
  static let metadataKey = "__metadata__"
  /// The most bytes that a header may have.
  static let maximumHeaderLength = 100_000_000

  /// The tensors in the order of their bytes; among those without any, in the order of their names.
  package let tensors: [Tensor]
  /// The metadata.
  package let metadata: [String: String]

  /// Makes a file's contents.
  ///
  /// - Precondition: no two tensors have the same name, and none is called `__metadata__`.
  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    precondition(
      Set(tensors.map(\.name) + [Self.metadataKey]).count == tensors.count + 1,
      "two tensors have one name, or a tensor has the name of the metadata")
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensor called `name`, if there is one.
  package func tensor(named name: String) -> Tensor? {
    tensors.first { $0.name == name }
  }
}
