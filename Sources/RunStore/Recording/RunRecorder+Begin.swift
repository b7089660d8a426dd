public import RunModel
import SQLite

extension RunRecorder {
  /// Begins a run in `database`.
  ///
  /// - Parameters:
  ///   - database: the database, opened to record.
  ///   - new: the run.
  ///   - timesTraining: whether training waits for the recorder, so that the time in it is a part of training's; else
  ///     a run lasts as long as its steps say, if that is longer than the recording.
  ///   - seals: whether the moments of every 128 steps are sealed once they are complete, without loss, so that they take
  ///     less room; else they stay plain rows.
  ///   - waiting: the patience for a lock that another program holds, now and later.
  /// - Throws: `StoreError`, of kind `misuse` where the configuration or the provenance is not a JSON object; then the
  ///   database has no such run.
  public convenience init(
    database: RunDatabase, run new: NewRun, timesTraining: Bool = true,
    seals: Bool = true, waiting: LockWaiting = LockWaiting()
  ) throws {
    let uuid = RunIdentifier.random()
    let connection = database.connection
    try database.attempt { try database.requireObjects([new.configuration, new.provenance]) }
    let (run, lock) = try database.write(waiting) {
      try connection.run(
        """
        INSERT INTO run (uuid, name, status, configuration, provenance, started_at, heartbeat_at,
          boot_id, process_id, process_start)
        VALUES (?, ?, 'running', ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'),
          strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), ?, ?, ?)
        """,
        [.text(uuid), .text(new.name), .text(new.configuration), .text(new.provenance)]
          + ProcessIdentity.current.bindings)
      let id = connection.lastInsertedRowID
      for (key, value) in new.tags.sorted(by: { $0.key < $1.key }) {
        try connection.run(
          "INSERT INTO tag (run, key, value) VALUES (?, ?, ?)",
          [.integer(id), .text(key), .text(value)])
      }
      // Before others see the run.
      return (
        Int(id),
        try RecorderLock(
          run: Int(id), shortID: String(uuid.prefix(8)), for: .recording, of: database.file)
      )
    }
    self.init(
      database: database, run: run, uuid: uuid, lock: lock, waiting: waiting,
      timesTraining: timesTraining, isSealing: seals)
  }
}

extension RunDatabase {
  /// Checks that texts, such as a configuration and a provenance, are JSON objects.
  ///
  /// - Throws: `StoreError` of kind `misuse` where one is not.
  func requireObjects(_ texts: [String]) throws {
    for text in texts {
      let isObject = try connection.firstRow(
        // CASE, because AND evaluates its right side even where the left one is false.
        "SELECT CASE WHEN json_valid(?1) THEN json_type(?1) = 'object' END", [.text(text)]
      ) { $0.integer(0) == 1 }
      guard isObject == true else {
        throw StoreError(
          .misuse,
          "A run's configuration and provenance must be JSON objects, got: \(text.prefix(80)).")
      }
    }
  }
}
