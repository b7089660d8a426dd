/// Named tensors in the safetensors format: what Python's `safetensors` reads and writes.
///
/// The layout is the header's length in 8 bytes, the header in JSON, then the elements of the tensors, row-major and
/// little-endian, one after the other. Source: https://github.com/huggingface/safetensors.
package struct SafetensorsFile: Sendable, Equatable {
  /// The elements of a tensor, of one of the types that are written and read here.
  package enum Values: Sendable, Equatable {
    case float32([Float])
    case int32([Int32])
    case int64([Int64])
  }

  /// One tensor.
  package struct Tensor: Sendable, Equatable {
    /// Its name, which no other tensor of the file has.
    package let name: String
    /// Its extents; empty for a single number.
    package let shape: [Int]
    /// Its elements, row-major.
    package let values: Values

    /// Describes a tensor.
    ///
    /// - Precondition: the shape has as many elements as there are values.
    package init(name: String, shape: [Int], values: Values) {
      precondition(
        shape.reduce(1, *) == values.count,
        "The tensor \(name) of shape \(shape) can't have \(values.count) elements.")
      self.name = name
      self.shape = shape
      self.values = values
    }
  }

  /// The tensors, in the order of their elements in the file.
  package let tensors: [Tensor]
  /// What else the file says, the format's `__metadata__`.
  package let metadata: [String: String]

  /// Puts tensors together.
  package init(tensors: [Tensor], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensor of this name, nil where there is none.
  package func tensor(named name: String) -> Tensor? {
    tensors.first { $0.name == name }
  }
}

extension SafetensorsFile.Values {
  /// The number of elements.
  var count: Int {
    switch self {
    case .float32(let values): values.count
    case .int32(let values): values.count
    case .int64(let values): values.count
    }
  }

  /// The format's name of the type.
  var typeName: String {
    switch self {
    case .float32: "F32"
    case .int32: "I32"
    case .int64: "I64"
    }
  }

  /// The number of bytes of an element of the type that the format names so; nil for types that are not read here.
  static func elementSize(ofType name: String) -> Int? {
    switch name {
    case "F32", "I32": 4
    case "I64": 8
    default: nil
    }
  }
}
