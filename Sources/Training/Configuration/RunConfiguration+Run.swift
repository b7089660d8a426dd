package import RunModel

extension RunConfiguration {
  /// The configuration that `run` was recorded with.
  ///
  /// - Throws: `InputFileError` where the database holds none that a run can be made of: another program recorded the
  ///   run, or the file is damaged.
  package init(of run: Run) throws(InputFileError) {
    do {
      self = try RunConfiguration(json: Array(run.configuration.utf8), named: "The configuration")
      try validate()
    } catch {
      throw InputFileError(
        isMissing: false,
        description:
          "Run \(run.shortID) can't be made again of what its configuration says: \(error.description.asSentenceEnd)."
      )
    }
  }
}
