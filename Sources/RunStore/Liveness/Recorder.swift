import RunModel
import SQLite

/// A process that records a run, or may still record it.
struct Recorder: CustomStringConvertible {
  /// The process id, in its own namespace.
  let process: Int
  /// Whether the process is known to be alive.
  let isAlive: Bool
  /// The time of its last write, UTC.
  let heartbeat: String

  var description: String {
    isAlive
      ? "is being recorded by process \(process)"
      : "may be recorded by process \(process) of another machine, which wrote at \(heartbeat)"
  }

  /// Reads a row of `selection`; nil if the process has ended.
  init?(_ row: borrowing Row, in file: DatabaseFile) {
    let owner = ProcessIdentity(
      bootID: row.text(1), processID: row.integer(2), startTime: row.integer(3))
    heartbeat = row.text(4)
    let liveness = file.liveness(ofRun: row.integer(0), owner: owner, heartbeat: heartbeat)
    guard liveness != .gone else { return nil }
    process = owner.processID
    isAlive = liveness == .alive
  }

  /// The recorders of a file of any schema version.
  ///
  /// - Throws: `SQLiteError`.
  static func all(in file: DatabaseFile, by connection: Connection) throws -> [Recorder] {
    try connection.rows(selection) { Recorder($0, in: file) }.compactMap { $0 }
  }

  static let selection = """
    SELECT id, boot_id, process_id, process_start, heartbeat_at FROM run WHERE status = 'running'
    """
}
