import RunModel

/// What a server, or the client library, said of a failure.
struct ServerError: Error {
  /// The five characters of the SQLSTATE (https://www.postgresql.org/docs/15/errcodes-appendix.html); empty where the
  /// connection failed.
  let code: String
  /// The message, on one line.
  let message: String

  init(code: String, message: String) {
    self.code = code
    let line = message.split(whereSeparator: \.isNewline)
      .map { $0.drop { $0.isWhitespace } }.joined(separator: " ")
    self.message = line.hasSuffix(".") ? String(line.dropLast()) : line
  }

  /// The error in a sentence that names the store.
  func storeError(of path: String) -> StoreError {
    switch code.prefix(2) {
    case "", "08", "57":
      StoreError(.inputOutput, "The connection to \(path) failed: \(message).")
    case "42" where code == "42501":
      StoreError(
        .cannotCreate,
        "The role of \(path) may not do this (\(message)); ask its administrator, or name another role."
      )
    case "25" where code == "25006":
      StoreError(.cannotCreate, "The store \(path) is read-only (\(message)).")
    case "53":
      StoreError(
        .inputOutput,
        "The server of \(path) is out of room (\(message)); what it acknowledged before is kept.")
    case "40", "55":
      StoreError(.busy, "Another program holds what is needed in \(path) (\(message)); try again.")
    case "22", "XX":
      StoreError(.badDatabase, "The store \(path) does not hold what it should (\(message)).")
    default:
      StoreError(.misuse, "The store \(path) refused a statement: \(code) \(message).")
    }
  }
}
