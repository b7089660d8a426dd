import CSQLite
import Synchronization

/// An interrupter of a connection's statements, from any thread, also in the middle of a long instruction.
package final class Interrupter: Sendable {
  /// The address of the connection, which SQLite lets any thread interrupt; nil when it is closed.
  private let address: Mutex<UInt?>

  init(_ handle: OpaquePointer) {
    address = Mutex(UInt(bitPattern: handle))
  }

  /// Makes every running statement fail with the code `interrupted`, at the end of its present computation.
  ///
  /// Without a running statement, or after the connection was closed, nothing happens.
  package func interrupt() {
    address.withLock { address in
      guard let address, let handle = unsafe OpaquePointer(bitPattern: address) else { return }
      unsafe sqlite3_interrupt(handle)
    }
  }

  /// Forgets the connection, before it closes.
  func disconnect() {
    address.withLock { $0 = nil }
  }
}
