import SQLite
import SQLiteExtension
import Synchronization

/// An aggregate, `counted_group`, that counts how many of its groups are alive.
struct CountedGroup: Accumulator {
  private static let counts = Mutex((made: 0, alive: 0))

  /// How many groups there were so far.
  static var made: Int { counts.withLock { $0.made } }
  /// How many there are.
  static var alive: Int { counts.withLock { $0.alive } }

  private final class Token {
    init() {
      CountedGroup.counts.withLock {
        $0.made += 1
        $0.alive += 1
      }
    }
    deinit { CountedGroup.counts.withLock { $0.alive -= 1 } }
  }

  private let token = Token()
  private var rows = 0

  mutating func add(_ arguments: borrowing Arguments) throws(FunctionError) {
    if let value = try arguments.integer(0), value < 0 { throw FunctionError("it is negative") }
    rows += 1
  }

  var result: FunctionValue { .integer(rows) }

  /// A connection that has the aggregate, beside the functions.
  static func connection() throws -> FunctionConnection {
    try Connection.addToNewConnections(countedGroupEntryPoint)
    return try FunctionConnection()
  }
}

@safe
@c(sqlite3_countedgroup_init)
func countedGroupEntryPoint(
  connection: OpaquePointer?, message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
  routines: UnsafeRawPointer?
) -> Int32 {
  FunctionSet(
    scalars: [], aggregates: [AggregateFunction("counted_group", arguments: 1) { CountedGroup() }],
    tables: []
  ).register(
    with: unsafe FunctionSet.Host(connection: connection, message: message, routines: routines))
}
