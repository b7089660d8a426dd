internal import CSQLiteExtension

/// A table-valued SQL function of a vector: a row for each of its numbers, with its position from 0.
///
/// It is a virtual table whose argument is a hidden column; source: https://sqlite.org/vtab.html, "Table-valued functions".
package struct TableFunction: Sendable {
  private let name: String

  /// Describes the function `name`, with the columns `position` and `value` and the argument `vector`.
  package init(_ name: String) {
    self.name = name
  }

  func register(on connection: OpaquePointer) -> Int32 {
    unsafe normscope_create_module(
      connection, name, TableFunction.module,
      Unmanaged.passRetained(Registration(self)).toOpaque(),
      { userData in
        guard let userData = unsafe userData else { return }
        unsafe Unmanaged<Registration>.fromOpaque(userData).release()
      })
  }

  private final class Registration {
    let function: TableFunction
    init(_ function: TableFunction) { self.function = function }
  }

  private final class Rows {
    var numbers: [Float] = []
    var position = 0
  }

  private enum Column: Int32 {
    case position, value, vector
  }

  // SQLite calls it until the last connection is closed, after it let go of what was registered.
  nonisolated(unsafe) private static let module: UnsafeMutablePointer<sqlite3_module> = {
    var module = sqlite3_module()
    unsafe module.xConnect = unsafe connect
    unsafe module.xBestIndex = unsafe plan
    unsafe module.xDisconnect = unsafe disconnect
    unsafe module.xOpen = unsafe open
    unsafe module.xClose = unsafe close
    unsafe module.xFilter = unsafe filter
    unsafe module.xNext = unsafe next
    unsafe module.xEof = unsafe isAtEnd
    unsafe module.xColumn = unsafe column
    unsafe module.xRowid = unsafe rowID
    let pointer = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
    unsafe pointer.initialize(to: module)
    return unsafe pointer
  }()
}

// MARK: - The table

extension TableFunction {
  private static let connect:
    @convention(c) (
      OpaquePointer?, UnsafeMutableRawPointer?, Int32, UnsafePointer<UnsafePointer<CChar>?>?,
      UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
      UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> Int32 = { connection, userData, _, _, table, _ in
      let code = unsafe normscope_declare_vtab(
        connection, "CREATE TABLE rows (position INTEGER, value REAL, vector BLOB HIDDEN)")
      guard code == SQLITE_OK, let userData = unsafe userData, let table = unsafe table else {
        return code
      }
      unsafe normscope_vtab_innocuous(connection)
      let object = UnsafeMutablePointer<normscope_vtab>.allocate(capacity: 1)
      unsafe object.initialize(to: normscope_vtab())
      unsafe object.pointee.function = UnsafeMutableRawPointer(
        Unmanaged<Registration>.fromOpaque(userData).retain().toOpaque())
      unsafe table.pointee = UnsafeMutableRawPointer(object)
        .assumingMemoryBound(to: sqlite3_vtab.self)
      return SQLITE_OK
    }

  private static let disconnect: @convention(c) (UnsafeMutablePointer<sqlite3_vtab>?) -> Int32 = {
    table in
    guard let table = unsafe table else { return SQLITE_OK }
    let object = unsafe UnsafeMutableRawPointer(table)
      .assumingMemoryBound(to: normscope_vtab.self)
    if let function = unsafe object.pointee.function {
      unsafe Unmanaged<Registration>.fromOpaque(function).release()
    }
    unsafe object.deallocate()
    return SQLITE_OK
  }

  /// Requires the argument; a plan in which it is not known yet is refused.
  private static let plan:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<sqlite3_index_info>?
    ) -> Int32 = { table, info in
      guard let table = unsafe table, let info = unsafe info else { return SQLITE_ERROR }
      var isGiven = false
      for index in unsafe 0..<Int(info.pointee.nConstraint) {
        let constraint = unsafe info.pointee.aConstraint[index]
        guard constraint.iColumn == Column.vector.rawValue,
          Int32(constraint.op) == SQLITE_INDEX_CONSTRAINT_EQ
        else { continue }
        isGiven = true
        guard constraint.usable != 0 else { continue }
        unsafe info.pointee.aConstraintUsage[index].argvIndex = 1
        unsafe info.pointee.aConstraintUsage[index].omit = 1
        unsafe info.pointee.estimatedCost = 100
        unsafe info.pointee.estimatedRows = 100
        return SQLITE_OK
      }
      guard !isGiven else { return SQLITE_CONSTRAINT }
      return unsafe fail(table, FunctionError("the vector is missing; it is the argument"))
    }

  private static func fail(
    _ table: UnsafeMutablePointer<sqlite3_vtab>, _ error: FunctionError
  ) -> Int32 {
    let object = unsafe UnsafeMutableRawPointer(table).assumingMemoryBound(to: normscope_vtab.self)
    guard let function = unsafe object.pointee.function else { return SQLITE_ERROR }
    let name = unsafe Unmanaged<Registration>.fromOpaque(function).takeUnretainedValue()
      .function.name
    unsafe normscope_free(table.pointee.zErrMsg)
    unsafe table.pointee.zErrMsg = normscope_copy_text("\(name): \(error.message)")
    return SQLITE_ERROR
  }
}

// MARK: - Its cursors

extension TableFunction {
  private static let open:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vtab>?,
      UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
    ) -> Int32 = { _, cursor in
      let object = UnsafeMutablePointer<normscope_cursor>.allocate(capacity: 1)
      unsafe object.initialize(to: normscope_cursor())
      unsafe object.pointee.rows = Unmanaged.passRetained(Rows()).toOpaque()
      unsafe cursor?.pointee = UnsafeMutableRawPointer(object)
        .assumingMemoryBound(to: sqlite3_vtab_cursor.self)
      return SQLITE_OK
    }

  private static let close: @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 = {
    cursor in
    guard let cursor = unsafe cursor else { return SQLITE_OK }
    let object = unsafe UnsafeMutableRawPointer(cursor)
      .assumingMemoryBound(to: normscope_cursor.self)
    if let rows = unsafe object.pointee.rows { unsafe Unmanaged<Rows>.fromOpaque(rows).release() }
    unsafe object.deallocate()
    return SQLITE_OK
  }

  private static func rows(_ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Rows? {
    guard let cursor = unsafe cursor else { return nil }
    let object = unsafe UnsafeMutableRawPointer(cursor)
      .assumingMemoryBound(to: normscope_cursor.self)
    guard let rows = unsafe object.pointee.rows else { return nil }
    return unsafe Unmanaged<Rows>.fromOpaque(rows).takeUnretainedValue()
  }

  private static let filter:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vtab_cursor>?, Int32, UnsafePointer<CChar>?, Int32,
      UnsafeMutablePointer<OpaquePointer?>?
    ) -> Int32 = { cursor, _, _, count, values in
      guard let rows = unsafe rows(cursor), let table = unsafe cursor?.pointee.pVtab else {
        return SQLITE_ERROR
      }
      rows.position = 0
      do throws(FunctionError) {
        // Nothing has no numbers, as with json_each.
        rows.numbers = try unsafe Arguments(count: count, values: values).floats(0) ?? []
        return SQLITE_OK
      } catch {
        return unsafe fail(table, error)
      }
    }

  private static let next: @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 = {
    cursor in
    unsafe rows(cursor)?.position += 1
    return SQLITE_OK
  }

  private static let isAtEnd: @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 =
    { cursor in
      guard let rows = unsafe rows(cursor) else { return 1 }
      return rows.position < rows.numbers.count ? 0 : 1
    }

  private static let column:
    @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?, OpaquePointer?, Int32) -> Int32 = {
      cursor, handle, column in
      guard let rows = unsafe rows(cursor) else { return SQLITE_ERROR }
      let value: FunctionValue =
        switch Column(rawValue: column) {
        case .position: .integer(rows.position)
        case .value: .real(Double(rows.numbers[rows.position]))
        case .vector: .floats(rows.numbers)
        case nil: .null
        }
      unsafe CallContext(handle).answer(value)
      return SQLITE_OK
    }

  private static let rowID:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vtab_cursor>?, UnsafeMutablePointer<sqlite3_int64>?
    ) -> Int32 = { cursor, rowID in
      guard let rows = unsafe rows(cursor) else { return SQLITE_ERROR }
      unsafe rowID?.pointee = Int64(rows.position)
      return SQLITE_OK
    }
}
