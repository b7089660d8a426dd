import Reports
import StrictJSON

/// A study as its JSON file has it.
struct StudyFile: Decodable, Sendable {
  /// What replaces the rest of the file in a quick study.
  struct Quick: Decodable, Sendable {
    /// Keys of the configurations of all arms.
    let settings: [String: JSONValue]?
    /// The number of seeds.
    let seeds: Int?
  }

  /// The words for each verdict.
  struct Answers: Decodable, Sendable {
    let holds: String
    let doesNotHold: String
    /// What to know where the seeds do not decide; which claims they leave open is said in any case.
    let undecided: String?
  }

  /// A setting that is compared with others.
  struct Arm: Decodable, Sendable {
    let name: String
    /// Keys of its configuration, beside the keys of all arms.
    let settings: [String: JSONValue]?
    /// The number that is added to its seed, for arms that do not share initial weights and batches.
    let seedOffset: UInt64?
  }

  let name: String
  let question: String
  let source: String
  let answers: Answers
  let settings: [String: JSONValue]
  let seeds: Int?
  let arms: [Arm]
  let criteria: [CriterionFile]
  let limits: [String]
  /// The figure of the runs that the report begins with; the usual one where it is nil.
  let figure: FigureKind?
  let quick: Quick?
}

extension FigureKind: Decodable {}

/// A criterion as the file of a study has it.
struct CriterionFile: Decodable, Sendable {
  /// The bounds of the figure.
  struct Bounds: Decodable, Sendable {
    let atLeast: Double?
    let atMost: Double?
  }

  /// An arm, alone or with what is measured there in another way.
  struct Operand: Decodable, Sendable {
    let arm: String
    /// The keys that differ from the criterion's measure.
    let measure: [String: JSONValue]

    init(from decoder: any Decoder) throws {
      if let name = try? decoder.singleValueContainer().decode(String.self) {
        (arm, measure) = (name, [:])
        return
      }
      var members = (try? [String: JSONValue](from: decoder)) ?? [:]
      guard case .string(let name)? = members.removeValue(forKey: "arm") else {
        throw DecodingError.typeMismatch(
          Operand.self,
          DecodingError.Context(
            codingPath: decoder.codingPath,
            debugDescription: "the name of an arm, or an object with the key \"arm\""))
      }
      (arm, measure) = (name, members)
    }
  }

  let claim: String
  let measure: [String: JSONValue]
  let compare: Comparison?
  let of: [Operand]
  /// The numbers that a slope is taken over, one for each operand.
  let over: [Double]?
  let atLeast: Double?
  let atMost: Double?
  /// The test of the seeds' figures; the interval where it is nil.
  let test: SeedTest.Kind?
  /// The bounds in a quick study.
  let quick: Bounds?
}
