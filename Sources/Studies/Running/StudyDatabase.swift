package import RunModel

/// A database that a study records into, opened for one thread.
package protocol StudyDatabase: SendableMetatype {
  /// The records.
  associatedtype Records: CheckpointReading
  var records: Records { get }

  /// The failures that written steps survive, for the provenance of a run.
  var durability: String { get }

  /// Begins the record of a new run.
  ///
  /// - Throws: `StoreError`.
  func begin(_ run: NewRun) throws -> any RunWriting

  /// Begins to record an interrupted run from the step of a checkpoint on.
  ///
  /// - Throws: `StoreError`.
  func resume(_ run: Run, from step: Int, configuration: String, provenance: String) throws
    -> any RunWriting
}
