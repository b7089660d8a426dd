/// A failure of the store, in one sentence that says what went wrong, where, and what to do.
public struct StoreError: Error, Sendable, CustomStringConvertible {
  /// What kind of failure it is: what a program can act on.
  public enum Kind: Sendable, Equatable {
    /// The database file does not exist.
    case missingDatabase
    /// The file is no Normscope database, is damaged, or its schema was altered.
    case badDatabase
    /// The file was written by a newer version of Normscope.
    case newerSchema
    /// No run of that name is there.
    case unknownRun
    /// Several runs go by that name.
    case ambiguousRun
    /// The file can't be created or written where it is.
    case cannotCreate
    /// Reading or writing failed: a full disk, a failing disk, no memory left.
    case inputOutput
    /// Another process holds the file or records the run; trying again later may work.
    case busy
    /// The library was used against its rules.
    case misuse
  }

  /// What kind of failure it is.
  public let kind: Kind
  /// The sentence.
  public let description: String

  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
