import Glibc
import Reports
import RunStore
import SystemPackage

/// Standard output and standard error.
enum Terminal {
  /// Whether standard output is a terminal, so that a person reads it.
  static var isOutputInteractive: Bool { isatty(STDOUT_FILENO) == 1 }

  /// Whether standard error is a terminal.
  static var isErrorInteractive: Bool { isatty(STDERR_FILENO) == 1 }

  /// Whether standard input is a terminal, so that a person can be asked.
  static var isInputInteractive: Bool { isatty(STDIN_FILENO) == 1 }

  /// Writes data to standard output, as they are.
  ///
  /// - Throws: `OutputError` if writing fails, as on a full disk.
  static func write(_ data: String) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(data.utf8)
    } catch let error as Errno {
      throw OutputError(path: "standard output", error)
    }
  }

  /// Writes lines for people to standard output, without what a terminal would act on.
  ///
  /// - Throws: `OutputError` if writing fails, as on a full disk.
  static func show(_ lines: String) throws {
    try write(lines.forTerminal)
  }

  /// Writes one sentence to standard error, without what a terminal would act on.
  static func say(_ sentence: String) {
    let line = sentence.replacing("\n", with: " ").withoutControlCharacters
    _ = try? FileDescriptor.standardError.writeAll("normscope: \(line)\n".utf8)
  }

  /// Asks a question on standard error.
  static func ask(_ question: String) {
    _ = try? FileDescriptor.standardError.writeAll("\(question.withoutControlCharacters) ".utf8)
  }

  /// Writes `line` over the one that the cursor is in, on standard error.
  static func overwriteLine(_ line: String) {
    _ = try? FileDescriptor.standardError.writeAll(
      "\r\u{1B}[K\(line.withoutControlCharacters)".utf8)
  }
}
