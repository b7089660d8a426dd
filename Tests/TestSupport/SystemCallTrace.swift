import Foundation

/// The program strace, by which tests see and stop what a process asks of the system; absent on many machines.
package enum SystemCallTrace {
  /// The calls that change files, and those that open and close them.
  private static let calls =
    "openat,open,creat,close,write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,fallocate,rename,renameat,renameat2,"
    + "link,linkat,unlink,unlinkat,fchmod,fchmodat,fchown,exit_group"

  /// Whether a process can be traced here.
  package static let isPossible: Bool =
    (try? CommandRun("strace", ["-o", "/dev/null", "true"]).exitCode) == 0

  /// Why a test that needs it is skipped.
  package static let skipReason =
    "strace is not installed, or may not trace here, so nothing can be killed at a system call"

  /// The system calls by which a program uses files, in their order.
  ///
  /// - Throws: what the system says.
  package static func calls(_ program: String, _ arguments: [String], in folder: String) throws
    -> [String]
  {
    let log = folder + "/calls.log"
    defer { try? FileManager.default.removeItem(atPath: log) }
    _ = try CommandRun(
      "strace", ["-o", log, "-e", "trace=\(calls)", "-e", "signal=none", program] + arguments,
      in: folder)
    return try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map(String.init)
  }

  /// Runs a program that is killed when it begins call number `index` of those that `calls` says it makes.
  ///
  /// - Throws: what the system says.
  package static func killed(
    at index: Int, of calls: [String], _ program: String, _ arguments: [String], in folder: String
  ) throws -> CommandRun {
    func name(_ call: String) -> Substring { call.prefix { $0 != "(" } }
    // Each call is counted by itself.
    let count = calls[...index].count { name($0) == name(calls[index]) }
    return try CommandRun(
      "strace",
      [
        "-o", "/dev/null", "-e", "trace=\(name(calls[index]))", "-e",
        "inject=\(name(calls[index])):signal=SIGKILL:when=\(count)", program,
      ] + arguments, in: folder)
  }
}
