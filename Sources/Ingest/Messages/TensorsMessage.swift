import StrictJSON

/// Tensors of which moments follow.
package struct TensorsMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable { case type, tensors }

  /// The tensors.
  package let tensors: [TensorDeclaration]

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    tensors = try fields.required(.tensors, fields.tensors(.tensors))
  }
}

extension JSONFields {
  /// The tensors that a list under `key` declares.
  func tensors(_ key: Key) throws(MisfitError) -> [TensorDeclaration]? {
    guard let list = try list(key) else { return nil }
    var tensors: [TensorDeclaration] = []
    for (index, value) in list.enumerated() {
      do {
        tensors.append(try TensorDeclaration(value))
      } catch {
        throw error.inside(index).inside(key.rawValue)
      }
    }
    return tensors
  }

  /// The members of an object of which everything can be stored.
  func readableObject(_ key: Key) throws(MisfitError) -> [String: JSONValue]? {
    guard let members = try object(key) else { return nil }
    if let name = members.filter({ $0.value.isUnreadable }).keys.min() {
      throw MisfitError(
        at: key.rawValue, name,
        predicate:
          "has a number outside the range of double precision or a string that is not Unicode."
      )
    }
    return members
  }
}
