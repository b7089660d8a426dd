/// A condition that delays a recorder or makes its files grow.
public enum RecordingNotice: Sendable, CustomStringConvertible {
  /// Another program holds the write lock of the database at `path`.
  case waitsForLock(path: String, waited: Duration)
  /// The log of the database at `path` cannot restart, because a reader still uses an old state.
  case logGrows(path: String, bytes: Int)

  /// The notice in a sentence.
  public var description: String {
    switch self {
    case .waitsForLock(let path, let waited):
      "Another program has held the lock of \(path) for \(waited.components.seconds) s; steps are kept in memory, and "
        + "training waits once \(FlushLimits.steps) of them or \(FlushLimits.bytes >> 20) MiB are."
    case .logGrows(let path, let bytes):
      "The log \(path)-wal has grown to \(bytes >> 20) MiB, because a program that reads the database uses an old state; "
        + "it shrinks when that program has finished its query."
    }
  }
}
