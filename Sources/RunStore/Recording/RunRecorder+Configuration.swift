import RunModel

extension RunRecorder {
  /// Replaces the run's configuration, as where training changes a setting; it is written with the next step, or when
  /// the run ends.
  ///
  /// - Parameter configuration: a JSON object, with the members that stay the same too.
  /// - Throws: `StoreError`, of kind `misuse` where it is not a JSON object; then the configuration stays as it is.
  public func record(configuration: String) throws {
    try requireNotEnded()
    try timed {
      // The connection is the other thread's until its write is done.
      try finishWrite()
      try database.attempt { try database.requireObjects([configuration]) }
      pending.configuration = { configuration }
    }
  }

  /// Replaces the run's configuration by a text that is made when it is written, as `record(configuration:)` does.
  ///
  /// - Parameter configuration: makes a JSON object, on another thread.
  /// - Throws: `StoreError` where the run has ended.
  public func record(configuration: @escaping @Sendable () -> String) throws {
    try requireNotEnded()
    pending.configuration = configuration
  }
}
