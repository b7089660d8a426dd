import Reports
import RunModel
import StrictJSON
package import Training

/// A question, the runs that answer it, and the criteria of the answer.
///
/// A study is a JSON file: see the documentation page on studies for its keys. The same file describes a quick study too.
package struct Study: Sendable {
  /// How much a study does.
  package struct Scale: Sendable {
    /// Whether it takes the settings and bounds of a quick study.
    package var isQuick = false
    /// The number of seeds; nil for the file's.
    package var seeds: Int?
    /// The data set of all arms that do not name their own; nil for the file's.
    package var data: String?

    /// The whole study, as its file describes it.
    package init() {}
  }

  /// The name, which is the tag of its runs.
  package let name: String
  /// The question, a sentence.
  package let question: String
  /// Where the claim was published.
  package let source: String
  /// The settings that are compared.
  package let arms: [StudyArm]
  /// The seeds of each arm.
  package let seeds: [UInt64]
  /// The criteria, all of which must hold.
  package let criteria: [StudyCriterion]
  /// What the study does not show, in sentences.
  package let limits: [String]
  /// The figure of the runs that the report begins with; nil for the usual one.
  let figure: FigureKind?
  private let answers: StudyFile.Answers

  /// The number of seeds where a file does not say.
  static let usualSeedCount = 5

  /// Reads a study.
  ///
  /// - Parameters:
  ///   - text: JSON with comments.
  ///   - place: the name of the text in an error.
  ///   - scale: how much of it is done.
  /// - Throws: `ConfigurationError` with the place of what is wrong.
  package init(json text: [UInt8], named place: String, _ scale: Scale = Scale())
    throws(ConfigurationError)
  {
    let file: StudyFile
    do {
      file = try JSONValue(commented: text, named: place).decode(StudyFile.self, named: place)
    } catch {
      throw ConfigurationError(text: error.description)
    }
    let quick = scale.isQuick ? file.quick : nil
    let count = scale.seeds ?? quick?.seeds ?? file.seeds ?? Study.usualSeedCount
    guard (2...1000).contains(count) else {
      throw ConfigurationError(
        text: "\(place): \(counted(count, "seed")) can give no verdict; use 2 to 1000.")
    }
    var shared = file.settings.merging(quick?.settings ?? [:]) { $1 }
    if let data = scale.data { shared["data"] = .string(data) }
    (name, question, source) = (file.name, file.question, file.source)
    (answers, limits, figure) = (file.answers, file.limits, file.figure)
    seeds = (1...count).map { UInt64($0) }
    arms = try Study.arms(file.arms, shared, place)
    let arms = arms
    criteria = try file.criteria.enumerated().map { index, criterion throws(ConfigurationError) in
      try StudyCriterion(
        criterion, isQuick: scale.isQuick, arms: arms,
        place: "criteria[\(index)] in \(place)")
    }
    guard !criteria.isEmpty else {
      throw ConfigurationError(text: "\(place): a study needs a criterion; add one.")
    }
    guard name.first?.isLetter == true,
      name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
    else {
      throw ConfigurationError(
        text:
          "\(place): the name \(quotedExcerpt(name)) is no name of a study; use a letter, then letters, digits, - and _."
      )
    }
  }

  private static func arms(
    _ files: [StudyFile.Arm], _ shared: [String: JSONValue], _ place: String
  ) throws(ConfigurationError) -> [StudyArm] {
    guard Set(files.map(\.name)).count == files.count, !files.isEmpty else {
      throw ConfigurationError(
        text: "\(place): a study needs at least one arm, each with a name of its own.")
    }
    return try files.map { file throws(ConfigurationError) in
      let configuration: RunConfiguration
      do throws(ConfigurationError) {
        configuration = try RunConfiguration(
          json: Array("{}".utf8), named: "the settings",
          changing: shared.merging(file.settings ?? [:]) { $1 })
        try configuration.validate()
      } catch {
        throw error.found(in: "\(place), the arm \(quotedExcerpt(file.name))")
      }
      return StudyArm(
        name: file.name, configuration: configuration, seedOffset: file.seedOffset ?? 0)
    }
  }

  /// The sentence that answers the question, for a verdict; nil where the file has none.
  package func answer(_ verdict: StudyVerdict) -> String? {
    switch verdict {
    case .holds: answers.holds
    case .doesNotHold: answers.doesNotHold
    case .undecided: answers.undecided
    }
  }

  /// The runs of the study, the seeds of one arm after the other.
  package var runs: [StudyRun] {
    arms.flatMap { arm in
      seeds.map { seed in
        StudyRun(
          name: "\(name)-\(arm.name)-\(seed)", configuration: arm.configuration(seed: seed),
          tags: ["study": name, "arm": arm.name, "seed": "\(seed)"])
      }
    }
  }
}
