import Safetensors
import StrictJSON

extension Message {
  private enum TypeKey { static let name = "type" }

  /// Reads the text of a message, in UTF-8.
  ///
  /// - Parameters:
  ///   - text: a JSON object.
  ///   - frame: the frame that carries the message and its vectors; nil where the text is a line of NDJSON.
  /// - Throws: `MisfitError`.
  init(_ text: [UInt8], in frame: SafetensorsFile? = nil) throws(MisfitError) {
    let value: JSONValue
    do {
      value = try JSONValue(parsing: text)
    } catch {
      throw Message.misfit(error, in: text)
    }
    try self.init(value, in: frame)
  }

  private init(_ value: JSONValue, in frame: SafetensorsFile?) throws(MisfitError) {
    let kind = try Message.kind(of: value)
    if let column = frame?.tensors.first, ![.moments, .step, .noise].contains(kind) {
      throw MisfitError(
        predicate:
          "has the tensor \(quotedExcerpt(column.name)), where a message of type \(quotedExcerpt(kind.rawValue)) has none."
      )
    }
    self =
      switch kind {
      case .begin: .begin(try BeginMessage(value))
      case .tensors: .tensors(try TensorsMessage(value))
      case .moments: .moments(try MomentsMessage(value, frame))
      case .step: .step(try StepMessage(value, frame))
      case .noise: .noise(try NoiseMessage(value, frame))
      case .evaluation: .evaluation(try EvaluationMessage(value))
      case .event: .event(try EventMessage(value))
      case .configuration: .configuration(try ConfigurationMessage(value))
      case .end: .end(try EndMessage(value))
      }
  }

  private static func kind(of value: JSONValue) throws(MisfitError) -> MessageKind {
    guard case .object(let members) = value else {
      throw MisfitError(predicate: "is not a JSON object, as every message is.")
    }
    guard let type = members[TypeKey.name] else {
      throw MisfitError(predicate: #"lacks the key "type"."#)
    }
    guard case .string(let name) = type, let kind = MessageKind(rawValue: name) else {
      let kinds = MessageKind.allCases.map(\.rawValue)
      let nearest =
        if case .string(let name) = type { nearestName(to: name, among: kinds) } else {
          String?.none
        }
      let advice =
        nearest.map { "did you mean \(quotedExcerpt($0))?" }
        ?? "the types are \(kinds.map(quotedExcerpt).joined(separator: ", "))."
      throw MisfitError(at: TypeKey.name, predicate: "is unknown; \(advice)")
    }
    return kind
  }

  private static func misfit(_ fault: JSONFault, in text: [UInt8]) -> MisfitError {
    switch fault.kind {
    case .repeatedKey:
      MisfitError(predicate: "repeats a key of the same object; remove one of the two.")
    case .controlCharacter:
      MisfitError(predicate: "has a control character inside a string; escape it.")
    case .syntax where hasBareFigure(text):
      MisfitError(
        predicate:
          #"is not valid JSON; write NaN and infinities as "NaN", "Infinity" and "-Infinity"."#)
    case .depth(let limit):
      MisfitError(predicate: "has more than \(limit) nested brackets; use at most that many.")
    case .syntax, .empty:
      MisfitError(
        predicate:
          "is not valid JSON; look for a missing or misplaced comma, quote or bracket, or a line break within the message."
      )
    }
  }

  /// Whether a number that JSON lacks is in `text` outside quotes.
  private static func hasBareFigure(_ text: [UInt8]) -> Bool {
    String(decoding: text, as: UTF8.self).contains(/[:\[,\s-](NaN|Infinity)/)
  }
}
