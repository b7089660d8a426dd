import CFaultInjection
import Testing

/// A layer between SQLite and the file system, whose requests can fail and whose power can be cut.
@safe
final class FaultyDisk {
  /// Requests that can be made to fail.
  struct Requests: OptionSet, Sendable, CustomTestStringConvertible {
    let rawValue: Int32

    static let open = Requests(NORMSCOPE_DISK_OPEN)
    static let read = Requests(NORMSCOPE_DISK_READ)
    static let write = Requests(NORMSCOPE_DISK_WRITE)
    static let truncate = Requests(NORMSCOPE_DISK_TRUNCATE)
    static let sync = Requests(NORMSCOPE_DISK_SYNC)
    static let size = Requests(NORMSCOPE_DISK_SIZE)
    static let lock = Requests(NORMSCOPE_DISK_LOCK)
    static let mapSharedMemory = Requests(NORMSCOPE_DISK_MAP_SHARED_MEMORY)
    static let lockSharedMemory = Requests(NORMSCOPE_DISK_LOCK_SHARED_MEMORY)
    static let delete = Requests(NORMSCOPE_DISK_DELETE)
    static let access = Requests(NORMSCOPE_DISK_ACCESS)

    static let names: [(Requests, String)] = [
      (.open, "open"), (.read, "read"), (.write, "write"), (.truncate, "truncate"),
      (.sync, "sync"), (.size, "size"), (.lock, "lock"), (.mapSharedMemory, "map shared memory"),
      (.lockSharedMemory, "lock shared memory"), (.delete, "delete"), (.access, "access"),
    ]

    init(rawValue: Int32) { self.rawValue = rawValue }

    private init(_ constant: Int) { rawValue = Int32(constant) }

    var testDescription: String {
      Self.names.filter { contains($0.0) }.map(\.1).joined(separator: ", ")
    }
  }

  private let disk: OpaquePointer

  init() throws {
    unsafe disk = try #require(unsafe normscope_disk_create())
  }

  deinit { unsafe normscope_disk_destroy(disk) }

  /// The name to open connections with.
  var name: String { unsafe String(cString: normscope_disk_name(disk)) }

  /// Makes request `number` of the chosen ones fail, counted from 1, and all that follow if it `lasts`; a write as on
  /// a full disk if `isFull`.
  func fail(_ requests: Requests, number: Int, lasts: Bool, isFull: Bool = false) {
    unsafe normscope_disk_fail(disk, requests.rawValue, number, lasts ? 1 : 0, isFull ? 1 : 0)
  }

  /// Makes all requests succeed again.
  func heal() { fail([], number: 0, lasts: false) }

  /// How many of the chosen requests failed.
  var failureCount: Int { unsafe normscope_disk_failures(disk) }

  /// How many changes of files there were.
  var changeCount: Int { unsafe normscope_disk_changes(disk) }

  /// Writes into `folder` what a loss of power after the first `changes` changes could have left.
  func losePower(after changes: Int, seed: UInt64, into folder: String) {
    let error = unsafe normscope_disk_crash(disk, changes, seed, folder)
    #expect(error == 0)
  }
}
