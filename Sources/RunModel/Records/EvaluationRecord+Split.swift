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

extension EvaluationRecord.Split {
  /// The splits that represent a run, before all others.
  private static let preference = ["test", "validation", "valid", "val", "eval", "dev"]

  /// The place of the split among those that may represent a run; of `val/loader_0` the part before the slash decides.
  fileprivate var rank: (Int, String) {
    let word = rawValue.prefix { $0 != "/" }
    let others = Self.preference.count + (word == "train" ? 1 : 0)
    return (Self.preference.firstIndex { $0 == word } ?? others, rawValue)
  }

  /// The split by which runs are compared: the most representative one that every evaluated run has, else that any has.
  ///
  /// - Parameter runs: the evaluations of each run.
  /// - Returns: the split; nil where no run was evaluated.
  public static func common(to runs: [[EvaluationRecord]]) -> Self? {
    let splits = runs.map { Set($0.map(\.split)) }.filter { !$0.isEmpty }
    let shared = splits.dropFirst().reduce(splits.first ?? []) { $0.intersection($1) }
    return shared.representative ?? splits.joined().representative
  }
}

extension Sequence<EvaluationRecord.Split> {
  /// The split whose figures represent a run: `test`, else the first of `validation`, `valid`, `val`, `eval` and `dev`, else
  /// the first by name, `train` last; nil where there is none.
  public var representative: EvaluationRecord.Split? { self.min { $0.rank < $1.rank } }
}
