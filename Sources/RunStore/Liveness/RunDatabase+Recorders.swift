package import RunModel
import SQLite

extension RunDatabase {
  /// Checks that no process of this machine records a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - wish: the action that must wait, such as "delete it".
  /// - Throws: `StoreError` of kind `busy` where one does.
  package func requireUnrecorded(_ run: Run, to wish: String) throws {
    guard let recorder = try attempt({ try recorder(of: run.uuid) }) else { return }
    throw StoreError(
      .busy, "Run \(run.shortID) in \(path) \(recorder); \(wish) when that has stopped.")
  }

  /// Checks that a run still exists outside the trash: its row may belong to another run by now.
  ///
  /// - Throws: `StoreError` of kind `unknownRun` otherwise.
  func requireThere(_ run: Run) throws {
    let isThere = try connection.firstRow(
      "SELECT 1 FROM run WHERE id = ? AND uuid = ? AND deleted_at IS NULL",
      [.integer(run.id), .text(run.uuid)]
    ) { _ in true }
    guard isThere != nil else { throw unknownRun(run.uuid, inTrash: false) }
  }

  /// The recorder of a run; nil if none is active.
  ///
  /// - Throws: `SQLiteError`.
  func recorder(of uuid: String) throws -> Recorder? {
    try connection.rows(Recorder.selection + " AND uuid = ?", [.text(uuid)]) {
      Recorder($0, in: file)
    }.compactMap { $0 }.first
  }

  /// The active recorders of this database.
  ///
  /// - Throws: `SQLiteError`.
  func recorders() throws -> [Recorder] {
    try Recorder.all(in: file, by: connection)
  }
}
