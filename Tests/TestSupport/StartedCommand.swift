import Foundation

/// A program that runs beside the test.
package final class StartedCommand {
  private let process = Process()
  private let scratch: TemporaryFolder

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - program: its path, or a name to look up in PATH.
  ///   - arguments: its arguments.
  ///   - folder: where it runs.
  ///   - environment: changes to this process's environment.
  /// - Throws: what the system says where the program can't be started.
  package init(
    _ program: String, _ arguments: [String], in folder: String? = nil,
    environment: [String: String] = [:]
  ) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // The threads of a test block signals, and a program would inherit that.
    process.arguments = ["--default-signal", program] + arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files instead of pipes: a program that writes much to both can't block.
    let scratch = try TemporaryFolder()
    self.scratch = scratch
    let streams = try ["output", "error"].map { name in
      try scratch.write([], to: name)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file(name)))
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    try process.run()
  }

  deinit {
    if process.isRunning { send(SIGKILL) }
  }

  /// Whether it has not ended.
  package var isRunning: Bool { process.isRunning }

  /// What it has written to standard output so far.
  ///
  /// - Throws: what the file system says.
  package func output() throws -> String {
    try String(contentsOfFile: scratch.file("output"), encoding: .utf8)
  }

  /// Sends it a signal, such as `SIGINT`.
  package func send(_ signal: Int32) {
    kill(process.processIdentifier, signal)
  }

  /// The number of its threads that receive `signal`, and of those that block it.
  ///
  /// - Throws: what the file system says.
  package func threads(of signal: Int32) throws -> (receiving: Int, blocking: Int) {
    let folder = "/proc/\(process.processIdentifier)/task"
    let masks = try FileManager.default.contentsOfDirectory(atPath: folder).map { thread in
      try String(contentsOfFile: "\(folder)/\(thread)/status", encoding: .utf8)
        .split(separator: "\n").first { $0.hasPrefix("SigBlk:") }
        .flatMap { UInt64($0.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16) } ?? 0
    }
    let blocking = masks.count { $0 >> UInt64(signal - 1) & 1 == 1 }
    return (masks.count - blocking, blocking)
  }

  /// The processes that it has started and that have not ended.
  ///
  /// - Throws: what the file system says.
  package func children() throws -> [Int32] {
    let own = process.processIdentifier
    return try String(contentsOfFile: "/proc/\(own)/task/\(own)/children", encoding: .utf8)
      .split(separator: " ").compactMap { Int32($0) }
  }

  /// Waits for its end.
  ///
  /// - Returns: what it did.
  /// - Throws: what the file system says.
  package func wait() throws -> CommandRun {
    process.waitUntilExit()
    return CommandRun(
      output: try output(),
      errorOutput: try String(contentsOfFile: scratch.file("error"), encoding: .utf8),
      exitCode: process.terminationReason == .exit
        ? process.terminationStatus : -process.terminationStatus)
  }
}
