import Glibc
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

  /// Writes `text` to standard output.
  ///
  /// - Throws: `OutputError` where it can't be written, as on a full disk.
  static func write(_ text: String) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(text.utf8)
    } catch let error as Errno {
      throw OutputError(path: "standard output", error)
    }
  }

  /// Writes one sentence to standard error.
  static func say(_ sentence: String) {
    _ = try? FileDescriptor.standardError.writeAll("normscope: \(sentence)\n".utf8)
  }

  /// Writes `text` to standard error as it is.
  static func showOnError(_ text: String) {
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
