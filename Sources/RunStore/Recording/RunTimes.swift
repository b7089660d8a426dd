/// The wall time of a run so far, in seconds.
struct RunTimes {
  /// The time since the run began.
  var elapsed = 0.0
  /// The part of it that was spent inside the recorder.
  var recording = 0.0
}
