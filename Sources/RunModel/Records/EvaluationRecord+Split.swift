extension EvaluationRecord {
  /// A split of the data: a word such as "test" or "validation".
  public struct Split: RawRepresentable, Sendable, Hashable {
    /// The examples that the network is trained on.
    public static let train = Split(word: "train")
    /// The held-out examples.
    public static let test = Split(word: "test")

    /// The word.
    public let rawValue: String

    /// The split with a name; nil where that is empty, or has a space, a control character or one of `(),=<>`.
    public init?(rawValue: String) {
      let isWord =
        !rawValue.isEmpty
        && rawValue.unicodeScalars.allSatisfy { scalar in
          !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            && !"(),=<>".unicodeScalars.contains(scalar)
        }
      guard isWord else { return nil }
      self.rawValue = rawValue
    }

    private init(word: String) { rawValue = word }
  }
}
