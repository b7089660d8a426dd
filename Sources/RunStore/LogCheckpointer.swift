import Dispatch
import SQLite
import Synchronization

/// Copies the write-ahead log into the database file on a thread of its own, while another connection writes on
/// (https://sqlite.org/wal.html, "Checkpointing").
///
/// What is written meanwhile stays in the log, which therefore grows until the writer's own checkpoint, with little left to
/// copy, lets it begin anew.
final class LogCheckpointer: Sendable {
  private struct Progress {
    /// How many pages came into the log since the newest checkpoint began.
    var newPageCount = 0
    /// How many pages came into it since the writer waited.
    var pageCount = 0
    var isCopying = false
  }

  private let file: DatabaseFile
  private let queue = DispatchQueue(label: "normscope.checkpoint")
  private let connection = Mutex<Connection?>(nil)
  private let progress = Mutex(Progress())

  init(_ file: DatabaseFile) { self.file = file }

  /// Begins a checkpoint where enough has come into the log and none is going on; called after a transaction, by whom
  /// wrote it.
  ///
  /// Where much has come, it returns when none is going on: the writer's own could not begin before.
  func logGrew(by pageCount: Int) {
    let (isDue, isLarge) = progress.withLock { progress in
      progress.newPageCount += pageCount
      progress.pageCount += pageCount
      let isLarge = progress.pageCount >= file.largestLogPages
      if isLarge { progress.pageCount = 0 }
      let isDue =
        !isLarge && !progress.isCopying && progress.newPageCount >= file.checkpointPages
      if isDue {
        progress.newPageCount = 0
        progress.isCopying = true
      }
      return (isDue, isLarge)
    }
    if isLarge { queue.sync {} }
    guard isDue else { return }
    queue.async {
      // One that fails costs nothing: the log still has everything, for the writer's own.
      try? self.copyLog()
      self.progress.withLock { $0.isCopying = false }
    }
  }

  private func copyLog() throws(SQLiteError) {
    try connection.withLock { connection throws(SQLiteError) in
      if connection == nil { connection = try file.connect(.readWrite) }
      try connection?.run("PRAGMA wal_checkpoint(PASSIVE)")
    }
  }

  /// Closes its connection, once no checkpoint is going on.
  func close() {
    queue.sync {}
    connection.withLock { $0 = nil }
  }
}
