/// The reason why a program beside this one did not run, in one sentence.
struct SiblingProgramError: Error, CustomStringConvertible {
  /// The program's path.
  let path: String
  /// Whether there is no such file.
  let isMissing: Bool
  /// What the system said otherwise.
  let reason: String

  /// The sentence.
  var description: String {
    isMissing
      ? "The server is a program of its own, \(path), which is not there; build it from the sources by `swift build -c release --product normscope-serve`, and copy it there."
      : "The server, \(path), cannot be run: \(reason)."
  }
}
