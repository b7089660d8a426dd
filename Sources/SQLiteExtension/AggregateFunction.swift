internal import CSQLiteExtension

/// The accumulator of an aggregate over the rows of one group.
package protocol Accumulator {
  /// Adds a row.
  ///
  /// - Throws: `FunctionError`, which ends the query.
  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError)

  /// The result for the rows so far.
  var result: FunctionValue { get }
}

/// An SQL function of a group of rows.
package struct AggregateFunction: Sendable {
  private let name: String
  private let argumentCount: Int
  private let makeAccumulator: @Sendable () -> any Accumulator

  /// Describes the aggregate `name`; each group of rows has an accumulator of its own.
  package init(
    _ name: String, arguments argumentCount: Int,
    _ makeAccumulator: @escaping @Sendable () -> any Accumulator
  ) {
    self.name = name
    self.argumentCount = argumentCount
    self.makeAccumulator = makeAccumulator
  }

  private final class Registration {
    let function: AggregateFunction
    init(_ function: AggregateFunction) { self.function = function }
  }

  private final class Group {
    var accumulator: any Accumulator
    init(_ accumulator: any Accumulator) { self.accumulator = accumulator }
  }

  func register(on connection: OpaquePointer) -> Int32 {
    unsafe normscope_create_function(
      connection, name, Int32(argumentCount), Unmanaged.passRetained(Registration(self)).toOpaque(),
      nil,
      { handle, count, values in
        let context = unsafe CallContext(handle)
        guard let function = context.userData(as: Registration.self)?.function,
          let group = context.retained({ Group(function.makeAccumulator()) })
        else { return }
        do throws(FunctionError) {
          try group.accumulator.add(unsafe Arguments(count: count, values: values))
        } catch {
          context.fail(function.name, error)
        }
      },
      { handle in
        let context = unsafe CallContext(handle)
        guard let function = context.userData(as: Registration.self)?.function else { return }
        let group = context.released(as: Group.self)
        context.answer(function.name) { () throws(FunctionError) in
          (group?.accumulator ?? function.makeAccumulator()).result
        }
      },
      { userData in
        guard let userData = unsafe userData else { return }
        unsafe Unmanaged<Registration>.fromOpaque(userData).release()
      })
  }
}
