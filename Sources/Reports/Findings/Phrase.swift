import RunModel
import ShiftAnalysis
import Statistics

/// The parts of sentences that findings have in common.
enum Phrase {
  /// The members of a list in words, such as "1, 2 and 3".
  static func list(_ members: [String]) -> String {
    guard let last = members.last, members.count > 1 else { return members.first ?? "" }
    return "\(members.dropLast().joined(separator: ", ")) and \(last)"
  }

  /// A number as a sentence has it: two significant digits.
  static func number(_ value: Double) -> String { NumberFormat.significant(value, 2) }

  /// A share as a percentage with one decimal, such as "97.7 %".
  static func percent(_ share: Double) -> String {
    share.isFinite ? "\(NumberFormat.fixed(share * 100, 1)) %" : NumberFormat.text(share)
  }

  /// All of several things in a sentence, such as "both layers" or "all 3 layers".
  static func all(_ count: Int, _ noun: String) -> String {
    count == 2 ? "both \(noun)s" : "all \(count) \(noun)s"
  }
}

extension LayerLabels {
  /// Several layers in a sentence, such as "layer 1" or "layers 1 and 2"; of many their number.
  func words(of layers: [Int]) -> String {
    guard layers.count > 1 else { return layers.first.map(words) ?? "no layer" }
    guard layers.count <= LayerLabels.listed else { return "\(layers.count) layers" }
    return "layers " + Phrase.list(layers.map { String(words(of: $0).dropFirst("layer ".count)) })
  }
}

extension Run {
  /// The run in a sentence: its name, or its short id where it has none.
  var words: String { name.isEmpty ? "run \(shortID)" : name }
}

extension ShiftMeasure {
  /// A value of the measure in a sentence, such as "0.67 sd" or "jeffreys 0.45".
  func words(_ value: Double) -> String {
    let number = Phrase.number(value)
    return self == .normalizedW2 ? "\(number) sd" : "\(rawValue) \(number)"
  }
}
