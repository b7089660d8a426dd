import FoundationEssentials
import Glibc
import SQLite

/// Which process, of which boot of the machine, records a run: what tells a live run from a dead one's.
struct ProcessIdentity: Equatable {
  /// The kernel's identifier of this boot; empty where the system has none.
  let bootID: String
  /// The process.
  let processID: Int
  /// When the process started, in clock ticks since boot, so that a reused process id is found out.
  let startTime: Int

  /// This process.
  static var current: ProcessIdentity {
    let processID = Int(getpid())
    return ProcessIdentity(
      bootID: currentBootID, processID: processID, startTime: startTime(of: processID) ?? 0)
  }

  /// The process of a run that none records any more; it is gone on every machine.
  static let nobody = ProcessIdentity(bootID: "", processID: 0, startTime: 0)

  /// Whether the process is seen to live: in this process's namespace, since the machine was last started.
  var isAlive: Bool { self != .nobody && isOfThisBoot && hasStarted }

  /// Its columns, in order: `boot_id`, `process_id`, `process_start`.
  var bindings: [Binding] { [.text(bootID), .integer(processID), .integer(startTime)] }

  /// Whether the process is one of this machine since it was last started.
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
