/// A hyperparameter of a run, which TensorBoard's table of hyperparameters has a column for.
package struct Hyperparameter: Sendable, Equatable {
  /// The value of a hyperparameter.
  package enum Value: Sendable, Equatable {
    case number(Double)
    case text(String)
    case truth(Bool)
  }

  /// The name.
  package let name: String
  /// The value.
  package let value: Value

  /// Describes a hyperparameter.
  package init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }

  /// An entry of the map `SessionStartInfo.hparams`.
  var message: ProtobufMessage {
    var message = ProtobufMessage()
    message.add(1, name)
    // google.protobuf.Value.
    message.add(2) { message in
      switch value {
      case .number(let number): message.add(2, number)
      case .text(let text): message.add(3, text)
      case .truth(let truth): message.add(4, truth)
      }
    }
    return message
  }
}
