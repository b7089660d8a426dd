extension EventRecord {
  /// The kind of an event: a word such as "diverged".
  public struct Kind: RawRepresentable, Sendable, Hashable {
    /// The run was resumed at this step.
    public static let resumed = Kind(word: "resumed")
    /// The loss was not finite.
    public static let diverged = Kind(word: "diverged")
    /// A tensor had NaN or infinite elements for the first time.
    public static let nonFinite = Kind(word: "non-finite")
    /// All units of a layer were dead for the first time.
    public static let collapsed = Kind(word: "collapsed")
    /// The shift of a layer's distribution changed abruptly.
    public static let alarm = Kind(word: "alarm")
    /// Batch norm no longer updated its running statistics.
    public static let frozen = Kind(word: "frozen")
    /// Batch norm updated its running statistics more than once in a step.
    public static let updatedTwice = Kind(word: "updated-twice")
    /// The user wrote something down.
    public static let note = Kind(word: "note")

    /// The word.
    public let rawValue: String

    /// The kind with a name; nil where that is empty, or has other characters than a-z, 0-9, "-" and "_".
    public init?(rawValue: String) {
      let isWord =
        !rawValue.isEmpty
        && rawValue.utf8.allSatisfy { byte in
          switch byte {
          case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
          default: false
          }
        }
      guard isWord else { return nil }
      self.rawValue = rawValue
    }

    private init(word: String) { rawValue = word }
  }
}
