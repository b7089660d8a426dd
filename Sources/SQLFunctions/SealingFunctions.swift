import Sealing
import SQLiteExtension

extension AggregateFunction {
  /// vec_unseal(unit, bits, steps, step): the vector of a step, of all rows of `sealed` for one block and vector, and of `bits` of the row
  /// that says which steps the block has.
  ///
  /// NULL without rows.
  static let unsealed = AggregateFunction("vec_unseal", arguments: 4) { UnsealedVector() }
}

private struct UnsealedVector: Accumulator {
  private var parts: [(unit: Int, numbers: [Float])] = []

  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError) {
    guard let unit = try arguments.integer(0), let step = try arguments.integer(3) else { return }
    let place = try arguments.withBytes(2) { steps throws(FunctionError) in
      try undamaged(
        SealedSteps.place(of: step, in: steps),
        "the sealed steps in argument 3 are damaged or lack step \(step)")
    }
    guard let place else { return }
    let numbers = try arguments.withBytes(1) { bits throws(FunctionError) in
      try undamaged(
        SealedUnits.numbers(of: bits, step: place), "the sealed numbers in argument 2 are damaged")
    }
    guard let numbers else { return }
    parts.append((unit, numbers))
  }

  private func undamaged<Value>(
    _ value: Value?, _ fault: @autoclosure () -> String
  ) throws(FunctionError) -> Value {
    guard let value else { throw FunctionError(fault(), isDamage: true) }
    return value
  }

  var result: FunctionValue {
    guard !parts.isEmpty else { return .null }
    return .floats(parts.sorted { $0.unit < $1.unit }.flatMap(\.numbers))
  }
}
