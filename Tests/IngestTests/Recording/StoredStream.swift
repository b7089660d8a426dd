import Ingest
import RunModel
import RunStore
import SQLite
import ShiftAnalysis
import TestSupport

/// A database of one run that a stream or a recorder wrote.
struct StoredStream {
  let folder: TemporaryFolder
  let database: RunDatabase

  /// An empty database.
  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
  }

  /// Begins a run.
  func begin(_ name: String, tags: [String: String]) throws -> RunRecorder {
    try RunRecorder(database: database, run: NewRun(name: name, tags: tags))
  }

  /// Records a stream.
  func record(_ bytes: [UInt8]) throws {
    var recording = StreamRecording(isResuming: false) { message in
      RecordingStart(
        recorder: try begin(message.name, tags: message.tags), watch: RunWatch(raisesAlarms: false))
    }
    var reader = MessageReader(ChunkedSource(bytes))
    while let message = try reader.next() { try recording.record(message, at: reader.place) }
    try recording.requireEnd()
  }

  /// Every row, whoever recorded it when.
  func rows() throws -> StoredRows {
    try StoredRows(of: Connection(path: folder.file("runs.db"), access: .readOnly))
  }
}
