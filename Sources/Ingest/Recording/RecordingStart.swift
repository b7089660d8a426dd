package import RunModel
package import ShiftAnalysis
package import StrictJSON

/// The start of a recording: a new run, or an earlier one that is resumed.
package struct RecordingStart {
  /// The recorder.
  let recorder: any RunWriting
  /// The first step that may follow.
  package let firstStep: Int
  /// The configuration of the run.
  let configuration: [String: JSONValue]
  /// The tensors that the run has already.
  let sites: [Site]
  /// Whether the run has recorded a loss that is NaN or infinite.
  let hasDiverged: Bool
  /// The watch for events, which knows the steps before the first.
  let watch: RunWatch

  /// Describes a start.
  package init(
    recorder: any RunWriting, firstStep: Int = 0, configuration: [String: JSONValue] = [:],
    sites: [Site] = [], hasDiverged: Bool = false, watch: RunWatch
  ) {
    self.recorder = recorder
    self.firstStep = firstStep
    self.configuration = configuration
    self.sites = sites
    self.hasDiverged = hasDiverged
    self.watch = watch
  }
}
