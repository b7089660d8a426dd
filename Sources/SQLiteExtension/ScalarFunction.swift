internal import CSQLiteExtension

/// An SQL function of one row, whose result depends only on its arguments.
package struct ScalarFunction: Sendable {
  /// The function that computes a result.
  package typealias Body =
    @Sendable (_ arguments: borrowing Arguments) throws(FunctionError) -> FunctionValue

  private let name: String
  private let argumentCounts: ClosedRange<Int>
  private let body: Body

  /// Describes the function `name`, which takes as many arguments as `argumentCounts` says.
  package init(_ name: String, arguments argumentCounts: ClosedRange<Int>, _ body: @escaping Body) {
    self.name = name
    self.argumentCounts = argumentCounts
    self.body = body
  }

  private final class Registration {
    let function: ScalarFunction
    init(_ function: ScalarFunction) { self.function = function }
  }

  func register(on connection: OpaquePointer) -> Int32 {
    for argumentCount in argumentCounts {
      let code = unsafe normscope_create_function(
        connection, name, Int32(argumentCount),
        Unmanaged.passRetained(Registration(self)).toOpaque(),
        { handle, count, values in
          let context = unsafe CallContext(handle)
          guard let function = context.userData(as: Registration.self)?.function else { return }
          let arguments = unsafe Arguments(count: count, values: values)
          context.answer(function.name) { () throws(FunctionError) in try function.body(arguments) }
        }, nil, nil,
        { userData in
          guard let userData = unsafe userData else { return }
          unsafe Unmanaged<Registration>.fromOpaque(userData).release()
        })
      guard code == SQLITE_OK else { return code }
    }
    return SQLITE_OK
  }
}
