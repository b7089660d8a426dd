import RunModel

/// What is wrong with a stored block.
enum BlockFault: Error {
  /// Its vectors are encoded in a way that this build does not know.
  case unknownFormat(Int)
  /// It holds what no push writes.
  case impossible
  /// It was altered since it was written.
  case checksum

  /// The fault in a sentence.
  ///
  /// - Parameters:
  ///   - block: the block and its table.
  ///   - path: the store.
  /// - Returns: the error.
  func storeError(at block: String, in path: String) -> StoreError {
    switch self {
    case .unknownFormat(let format):
      StoreError(
        .newerSchema,
        "\(path) holds \(block) in the format \(format), which this version of Normscope does not know; use a newer one."
      )
    case .impossible:
      StoreError(
        .badDatabase,
        "\(path) is damaged: \(block) holds what is impossible; restore it from a copy, or push the run again from its file."
      )
    case .checksum:
      StoreError(
        .badDatabase,
        "\(path) is damaged: \(block) does not have its checksum; restore it from a copy, or push the run again from its file."
      )
    }
  }
}
