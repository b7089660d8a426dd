import ArgumentParser

/// A tag on the command line, `key=value`.
struct Tag: ExpressibleByArgument, Sendable {
  /// The part before the first "=".
  let key: String
  /// The part after it.
  let value: String

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { return nil }
    key = String(parts[0])
    value = String(parts[1])
  }
}
