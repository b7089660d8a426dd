import FoundationEssentials
import Glibc
import SQLite

/// The identity of a recording process across reboots and reused process ids.
struct ProcessIdentity: Equatable {
  /// The kernel's id of the boot; empty if the system has none.
  let bootID: String
  /// The process id.
  let processID: Int
  /// The start time of the process in clock ticks since boot, which differs for a reused process id.
  let startTime: Int

  /// This process.
  static var current: ProcessIdentity {
    let processID = Int(getpid())
    return ProcessIdentity(
      bootID: currentBootID, processID: processID, startTime: startTime(of: processID) ?? 0)
  }

  /// The identity in a run that no process records.
  static let nobody = ProcessIdentity(bootID: "", processID: 0, startTime: 0)

  /// Whether the process is visible and alive: in this namespace, since the last boot.
  var isAlive: Bool { self != .nobody && isOfThisBoot && hasStarted }

  /// The values of the columns `boot_id`, `process_id` and `process_start`.
  var bindings: [Binding] { [.text(bootID), .integer(processID), .integer(startTime)] }

  /// Whether the process belongs to the current boot of this machine.
  var isOfThisBoot: Bool { bootID == ProcessIdentity.currentBootID }
  private var hasStarted: Bool { ProcessIdentity.startTime(of: processID) == startTime }

  private static var currentBootID: String {
    let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return text.map { $0.filter { !$0.isWhitespace } } ?? ""
  }

  /// Field 22 of /proc/PID/stat, counted after the command's name, which may contain anything.
  static func startTime(of processID: Int) -> Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(processID)/stat", encoding: .utf8),
      let nameEnd = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: nameEnd)...].split(separator: " ")
    // A process that has ended stays in the list until its parent asks for it.
    guard fields.count > 19, !["Z", "X"].contains(fields[0]) else { return nil }
    return Int(fields[19])
  }
}
