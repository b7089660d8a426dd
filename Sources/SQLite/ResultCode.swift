import CSQLite

/// An SQLite result code; open, so that codes this version does not know survive.
package struct ResultCode: RawRepresentable, Hashable, Sendable {
  /// The extended result code.
  package let rawValue: Int32

  /// Wraps a result code as SQLite returned it.
  package init(rawValue: Int32) {
    self.rawValue = rawValue
  }

  /// The primary code: the low byte, which groups the extended codes of one cause.
  package var primary: ResultCode { ResultCode(rawValue: rawValue & 0xFF) }

  package static let error = ResultCode(rawValue: SQLITE_ERROR)
  package static let busy = ResultCode(rawValue: SQLITE_BUSY)
  package static let locked = ResultCode(rawValue: SQLITE_LOCKED)
  package static let readOnly = ResultCode(rawValue: SQLITE_READONLY)
  package static let readOnlyRollback = ResultCode(rawValue: SQLITE_READONLY | 3 << 8)
  package static let ioError = ResultCode(rawValue: SQLITE_IOERR)
  package static let corrupt = ResultCode(rawValue: SQLITE_CORRUPT)
  package static let full = ResultCode(rawValue: SQLITE_FULL)
  package static let cannotOpen = ResultCode(rawValue: SQLITE_CANTOPEN)
  package static let constraint = ResultCode(rawValue: SQLITE_CONSTRAINT)
  package static let mismatch = ResultCode(rawValue: SQLITE_MISMATCH)
  package static let notADatabase = ResultCode(rawValue: SQLITE_NOTADB)
  package static let outOfMemory = ResultCode(rawValue: SQLITE_NOMEM)
  package static let tooBig = ResultCode(rawValue: SQLITE_TOOBIG)
  package static let lockProtocol = ResultCode(rawValue: SQLITE_PROTOCOL)
  package static let interrupted = ResultCode(rawValue: SQLITE_INTERRUPT)
  package static let misuse = ResultCode(rawValue: SQLITE_MISUSE)
  package static let outOfRange = ResultCode(rawValue: SQLITE_RANGE)
  package static let authorization = ResultCode(rawValue: SQLITE_AUTH)

  /// Matches on the primary code where the pattern is a primary code, else on the whole.
  package static func ~= (pattern: ResultCode, value: ResultCode) -> Bool {
    pattern == value || pattern == value.primary
  }
}
