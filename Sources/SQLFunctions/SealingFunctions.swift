import Sealing
import SQLiteExtension

extension AggregateFunction {
  /// vec_unseal(unit, bits, place): the vector at a place among the sealed steps, from 0, of all rows of `sealed` for one vector.
  ///
  /// NULL without rows.
  static let unsealed = AggregateFunction("vec_unseal", arguments: 3) { UnsealedVector() }
}

private struct UnsealedVector: Accumulator {
  private var parts: [(unit: Int, numbers: [Float])] = []

  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError) {
    let (unit, place) = (try arguments.integer(0), try arguments.integer(2))
    guard let unit, let bits = try arguments.bytes(1), let place else { return }
    guard SealedChecksum.isRight(bits.span) else {
      throw FunctionError("the sealed numbers in argument 2 are damaged", isDamage: true)
    }
    guard let numbers = SealedUnits.numbers(of: bits.span, step: place) else {
      throw FunctionError("argument 2 has no sealed numbers at place \(place)")
    }
    parts.append((unit, numbers))
  }

  var result: FunctionValue {
    guard !parts.isEmpty else { return .null }
    return .floats(parts.sorted { $0.unit < $1.unit }.flatMap(\.numbers))
  }
}
