import Foundation
import Glibc

/// A shell command that runs beside the test in a terminal of its own.
package final class TerminalCommand {
  /// Whether `setsid`, which gives a command its terminal, is installed.
  package static let isPossible = (try? CommandRun("setsid", ["true"]).exitCode) == 0
  /// Why a test that needs a terminal is skipped.
  package static let skipReason = "setsid, which gives a command a terminal, is not installed"
  /// The patience for what a command writes, far more than any needs.
  private static let patience = 30.0

  private let process = Process()
  /// The side of the terminal that the person is on.
  private let person: Int32
  private var bytes: [UInt8] = []

  /// Starts a command.
  ///
  /// - Parameters:
  ///   - command: the command, for `sh`.
  ///   - columns: the columns of the terminal.
  ///   - rows: its rows.
  ///   - folder: where the command runs.
  ///   - environment: changes to this process's environment.
  /// - Throws: what the system says where there is no terminal to be had.
  package init(
    _ command: String, columns: Int, rows: Int, in folder: String,
    environment: [String: String] = [:]
  ) throws {
    person = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // TIOCSPTLCK and TIOCGPTN of Linux; Glibc's module has no functions that need _XOPEN_SOURCE.
    var (lock, number): (Int32, UInt32) = (0, 0)
    guard person >= 0, unsafe ioctl(person, 0x4004_5431, &lock) == 0,
      unsafe ioctl(person, 0x8004_5430, &number) == 0,
      let terminal = FileHandle(forUpdatingAtPath: "/dev/pts/\(number)")
    else { throw POSIXError(.ENXIO) }
    resize(columns: columns, rows: rows)
    // A session whose terminal this is, so that a change of its size is a signal.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["--default-signal", "setsid", "--ctty", "--wait", "sh", "-c", command]
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = terminal
    process.standardOutput = terminal
    process.standardError = terminal
    try process.run()
    try terminal.close()
  }

  /// A terminal that goes takes its programs with it.
  deinit { close(person) }

  /// Gives the terminal another size, which is a signal to the command.
  package func resize(columns: Int, rows: Int) {
    var size = winsize()
    size.ws_col = UInt16(columns)
    size.ws_row = UInt16(rows)
    _ = unsafe ioctl(person, UInt(TIOCSWINSZ), &size)
  }

  /// Presses a key.
  package func press(_ key: Character) {
    var byte = key.asciiValue ?? 0
    _ = unsafe write(person, &byte, 1)
  }

  /// Everything that the command has written; a line ends with a carriage return and a newline.
  package var output: String {
    // The terminal puts one in front of each newline.
    String(decoding: bytes, as: UTF8.self).replacing("\r\r\n", with: "\r\n")
  }

  /// Waits until what the command has written fulfills a condition.
  ///
  /// - Returns: what it has written; not fulfilling the condition where the command ends before, or takes too long.
  @discardableResult
  package func output(until isFulfilled: (String) throws -> Bool) rethrows -> String {
    let end = Date().addingTimeInterval(Self.patience)
    while try !isFulfilled(output), Date() < end, readMore() {}
    return output
  }

  /// Waits for the end of the command.
  ///
  /// - Returns: everything that it has written.
  package func wait() -> String { output { _ in false } }

  /// Reads what has come, or waits a moment for it.
  ///
  /// - Returns: whether more may come.
  private func readMore() -> Bool {
    var input = pollfd(fd: person, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&input, 1, 100) > 0 else { return true }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let count = unsafe read(person, &buffer, buffer.count)
    // It is an error to read where nobody writes any more.
    guard count > 0 else { return false }
    bytes += buffer[..<count]
    return true
  }
}
