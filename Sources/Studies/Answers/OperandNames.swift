/// The names of measured figures, of which what they have in common is said once.
struct OperandNames {
  /// What all have in common; empty where they are of different measures.
  let common: String
  /// The rest of each.
  let labels: [String]

  /// Names measures in arms, at least one.
  ///
  /// The words of a measure are a head, and after the first comma the settings that can differ.
  init(_ operands: [(measure: String, arm: String)]) {
    let parts = operands.map { operand in
      let head = OperandNames.head(of: operand.measure)
      return (head: head, rest: String(operand.measure.dropFirst(head.count + 2)))
    }
    guard parts.allSatisfy({ $0.head == parts[0].head }) else {
      common = ""
      labels = operands.map { "\($0.measure) of \($0.arm)" }
      return
    }
    let sharesRest = parts.allSatisfy { $0.rest == parts[0].rest }
    let sharesArm = !sharesRest && operands.allSatisfy { $0.arm == operands[0].arm }
    common =
      sharesRest
      ? operands[0].measure : parts[0].head + (sharesArm ? " of \(operands[0].arm)" : "")
    labels = zip(operands, parts).map { operand, parts in
      sharesRest || parts.rest.isEmpty
        ? operand.arm : sharesArm ? parts.rest : "\(operand.arm), \(parts.rest)"
    }
  }

  /// The part of a measure's words before the settings that can differ.
  static func head(of measure: String) -> String {
    measure.firstRange(of: ", ").map { String(measure[..<$0.lowerBound]) } ?? measure
  }
}
