/// A value of a series that TensorBoard shows, named by its tag.
package struct EventValue: Sendable {
  /// The contents of a value.
  package enum Contents: Sendable {
    /// A number.
    case scalar(Double)
    /// The distribution of a tensor's elements.
    case histogram(EventHistogram)
    /// A vector, which TensorBoard keeps and does not draw.
    case vector([Float])
  }

  /// The tag; the part before the first `/` groups series.
  package let tag: String
  /// The contents.
  package let contents: Contents
  /// A sentence about the series; empty for none.
  package let description: String

  /// Describes a value.
  package init(_ tag: String, _ contents: Contents, description: String = "") {
    self.tag = tag
    self.contents = contents
    self.description = description
  }

  /// The plugin that reads the value, and the class of its data: scalars or tensors.
  private var plugin: (name: String, dataClass: Int) {
    switch contents {
    case .scalar: ("scalars", 1)
    case .histogram: ("histograms", 2)
    case .vector: ("normscope", 2)
    }
  }

  /// The message `Summary.Value`; with what is said once of each tag where it is `isFirst`.
  func message(isFirst: Bool) -> ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, tag)
    switch contents {
    case .scalar(let value): message.add(2, Float(value))
    case .histogram(let histogram): message.add(5, histogram.message)
    case .vector(let values): message.add(8, EventValue.tensor(values))
    }
    if isFirst {
      message.add(9) { metadata in
        metadata.add(1) { $0.add(1, plugin.name) }
        if !description.isEmpty { metadata.add(3, description) }
        metadata.add(4, plugin.dataClass)
      }
    }
    return message
  }

  /// The message `TensorProto` of a vector.
  static func tensor(_ values: [Float]) -> ProtobufMessage {
    var message = ProtobufMessage()
    // DT_FLOAT.
    message.add(1, 1)
    message.add(2) { shape in shape.add(2) { size in size.add(1, values.count) } }
    message.add(4, bytesOf: values)
    return message
  }
}
