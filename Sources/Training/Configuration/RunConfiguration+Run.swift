package import RunModel

extension RunConfiguration {
  /// The configuration that `run` was recorded with.
  ///
  /// - Throws: `InputFileError` where no run can be made with it: another program recorded the run, or the file is
  ///   damaged.
  package init(of run: Run) throws(InputFileError) {
    do {
      self = try RunConfiguration(json: Array(run.configuration.utf8), named: "it")
      try validate(isRecorded: true)
    } catch {
      throw InputFileError(
        isMissing: false,
        description:
          "The recorded configuration of run \(run.shortID) is impossible: \(error.description.asSentenceEnd)."
      )
    }
  }
}
