import CSQLite
import Synchronization

/// Interrupts what a connection runs, from any thread, also in the middle of an instruction that takes long.
package final class Interrupter: Sendable {
  /// The address of the connection, which SQLite lets any thread interrupt; nil when it is closed.
  private let address: Mutex<UInt?>

  init(_ handle: OpaquePointer) {
    address = Mutex(UInt(bitPattern: handle))
  }

  /// Has every statement that is running fail with the code `interrupted`, at the end of what it is computing.
  ///
  /// Nothing happens where none is running, or where the connection was closed.
  package func interrupt() {
    address.withLock { address in
      guard let address, let handle = unsafe OpaquePointer(bitPattern: address) else { return }
      unsafe sqlite3_interrupt(handle)
    }
  }

  /// Is called before the connection closes.
  func disconnect() {
    address.withLock { $0 = nil }
  }
}
