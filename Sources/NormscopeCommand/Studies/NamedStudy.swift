import StrictJSON
import Studies
import Training

/// The text of a study that a command line names: one that comes with the program, or a file.
struct NamedStudy {
  /// The name of the text in an error.
  let place: String
  /// The text, JSON with comments.
  let text: [UInt8]

  /// Finds a study.
  ///
  /// - Throws: `ConfigurationError` where there is no such study; `InputFileError` where a file is unreadable.
  init(_ name: String) throws {
    if let text = Study.builtInText(name) {
      (place, self.text) = ("the study \(name)", text)
      return
    }
    guard name.contains("/") || name.hasSuffix(".json") else {
      let nearest = nearestName(to: name, among: Study.builtInNames + ["all"])
      throw ConfigurationError(
        text: "There is no study \(quotedExcerpt(name)); "
          + (nearest.map { "did you mean \($0)?" }
            ?? "normscope study list lists them, and a file of your own ends in .json."))
    }
    (place, text) = (name, try InputFile.configuration(at: name))
  }
}
