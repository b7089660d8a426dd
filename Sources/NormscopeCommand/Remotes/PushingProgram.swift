import Glibc

/// A process of this program that pushes a run while another records it.
///
/// It is in a group of its own, so that a Ctrl-C that ends the recording leaves it time for the rest, and has a lower priority than
/// the training.
struct PushingProgram {
  private let process: pid_t
  /// How much larger its nice value is than that of the training; the system keeps it in its range.
  private static let niceness: Int32 = 5

  /// Starts it; nil where the system has no process for it.
  ///
  /// - Parameters:
  ///   - uuid: the identifier of the run.
  ///   - store: the name or the URL of the central store.
  ///   - path: the path of the database.
  init?(run uuid: String, to store: String, database path: String) {
    let arguments = ["normscope", "push", uuid, "--follow", "--to", store, "--db", path]
    var words = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    unsafe sigemptyset(&none)
    // Threads of this program block signals, which the new one must receive.
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
    var started: pid_t = 0
    let code = unsafe posix_spawn(&started, "/proc/self/exe", nil, &attributes, &words, environ)
    guard code == 0 else { return nil }
    process = started
    let kind = __priority_which_t(PRIO_PROCESS.rawValue)
    // A system that refuses leaves it at that of the training.
    _ = setpriority(kind, id_t(started), getpriority(kind, 0) + PushingProgram.niceness)
  }

  /// Waits for its end.
  ///
  /// - Returns: its exit code; that of a shell where a signal ended it.
  func wait() -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return 70 }
    }
    return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
  }
}
