/// A failure of a store of runs, in one sentence.
public struct StoreError: Error, Sendable, CustomStringConvertible {
  /// The kind of a failure, which a program can act on.
  public enum Kind: Sendable, Equatable {
    /// The database file does not exist.
    case missingDatabase
    /// The file is not a Normscope database, is damaged, or has an altered schema.
    case badDatabase
    /// The file was written by a newer version of Normscope.
    case newerSchema
    /// The store has no run of that name.
    case unknownRun
    /// Several runs have an id that begins so.
    case ambiguousRun
    /// The store has another run of the same id: its records are not those of the run that is copied.
    case differentRun
    /// The file cannot be created or written where it is.
    case cannotCreate
    /// Reading or writing failed, as on a full or failing disk or without memory.
    case inputOutput
    /// Another process holds the file or records the run; trying again later may work.
    case busy
    /// The caller broke a rule of the library.
    case misuse
  }

  /// A way out that a program offers in its own words.
  public enum Remedy: Sendable, Equatable {
    /// Name another file.
    case nameDatabase
    /// Record a run into the file, or name another one.
    case recordRun
    /// Push a run into the central store.
    case pushRun
    /// Upgrade the schema of the file at `path`.
    case upgrade(path: String)
    /// Adopt the file at `path`, which was rebuilt from SQL text.
    case adopt(path: String)
    /// Check the file at `path` for damage.
    case check(path: String)
    /// Name another file, or allow the one that exists to be overwritten.
    case overwrite
    /// Choose one of the runs outside the trash, or in it.
    case listRuns(inTrash: Bool)
    /// Replace the other run of the same id, or leave it.
    case replaceRun
    /// Take the run out of the trash.
    case restoreRun
    /// Put the run into the trash.
    case deleteRun
  }

  /// The kind of the failure.
  public let kind: Kind
  /// The sentence: what went wrong and where, and what to do unless there is a remedy.
  public let description: String
  /// The way out, if a program is to offer it in its own words.
  public let remedy: Remedy?

  /// Makes an error of a sentence; a remedy is what a program says besides.
  public init(_ kind: Kind, _ description: String, remedy: Remedy? = nil) {
    self.kind = kind
    self.description = description
    self.remedy = remedy
  }
}
