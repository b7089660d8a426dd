/// The work tree that the tests were built from.
package enum Repository {
  /// The absolute path of its root.
  package static let root = #filePath.split(separator: "/").dropLast(3).reduce(into: "") {
    $0 += "/" + $1
  }
}
