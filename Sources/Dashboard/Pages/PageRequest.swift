/// A request for a page: its path and its query, both percent-decoded once.
struct PageRequest: Hashable, Sendable {
  /// A key of the query with its value, which is empty where the address has none.
  struct QueryItem: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// The segments of the path between its slashes, none for the first page; a segment may hold any character.
  var path: [String]
  /// The items of the query, in the order of the address.
  var query: [QueryItem] = []

  /// The values of the items named `name`, in the order of the address.
  func values(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

  /// Removes the items named `name`.
  ///
  /// - Returns: the value of the first; nil where there is none.
  mutating func takeValue(_ name: String) -> String? {
    defer { query.removeAll { $0.name == name } }
    return values(name).first
  }
}
