import Statistics

/// What was compared with what, and how, without the tensors that it is about.
struct DataShiftComparison: Encodable {
  let reference: DataShiftFacts.Side
  let target: DataShiftFacts.Side
  let sharesExamples: Bool
  let corruptions: [DataShiftFacts.Step]
  let method: DataShiftFacts.Method
  let run: DataShiftFacts.NetworkSource?
  let score: DataShiftFacts.Score?
  let isDistinguishable: Bool

  private enum CodingKeys: String, CodingKey {
    case reference, target, corruptions, method, run, score
    case sharesExamples = "shared_examples"
    case isDistinguishable = "distinguishable"
  }

  init(_ facts: DataShiftFacts) {
    reference = facts.reference
    target = facts.target
    sharesExamples = facts.sharesExamples
    corruptions = facts.corruptions
    method = facts.method
    run = facts.network
    score = facts.score
    isDistinguishable = facts.tensors.first?.shift.isDistinguishable ?? false
  }
}
