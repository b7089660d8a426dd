import ArgumentParser
import RunStore

/// The options of the commands that record a run: where, and how safely.
struct RecorderOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The failure that written steps survive: the end of the process, or (full, somewhat slower) a loss of power too.",
      valueName: "process|full"))
  var durability: Durability = .process
  @Option(
    help: ArgumentHelp(
      "Give up after another program has held the lock of the database for this many seconds. (default: wait)",
      valueName: "seconds"))
  var lockTimeout: Double?
  @Flag(
    inversion: .prefixedNo,
    help: ArgumentHelp(
      "Seal the moments of every 128 steps once they are complete: without loss, in about three quarters of their room."
    ))
  var seal = true
  @OptionGroup var database: DatabaseOption

  func validate() throws {
    if let lockTimeout, !(lockTimeout >= 0 && lockTimeout <= 1e9) {
      throw ValidationError(
        "--lock-timeout \(lockTimeout) is impossible; use 0 or more seconds.")
    }
  }

  /// Opens the database to record, and says where it is not safe there.
  func openForRecording() throws -> RunDatabase {
    let opened = try RunDatabase(path: database.path, for: .record, durability: durability)
    if let name = opened.unsafeFileSystem {
      Terminal.say(
        "\(opened.path) is on a file system (\(name)) on which SQLite can lose or damage a database that several programs use; name a file on a local disk with --db."
      )
    }
    return opened
  }

  /// The patience for a lock of the database.
  var waiting: LockWaiting {
    LockWaiting(
      timeout: lockTimeout.map { .seconds($0) }, isStopping: { StopSignal.hasCome },
      report: { Terminal.say("\($0)") })
  }
}
