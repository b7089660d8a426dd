import Foundation

/// What a program did: its output and how it ended.
package struct CommandRun: Sendable {
  /// What it wrote to standard output.
  package let output: String
  /// What it wrote to standard error.
  package let errorOutput: String
  /// Its exit code; negative the signal that killed it.
  package let exitCode: Int32

  /// Runs a program to its end.
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
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files instead of pipes: a program that writes much to both can't block.
    let scratch = try TemporaryFolder()
    let streams = try ["output", "error"].map { name in
      try scratch.write([], to: name)
      return try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.file(name)))
    }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = streams[0]
    process.standardError = streams[1]
    try process.run()
    process.waitUntilExit()
    output = try String(contentsOfFile: scratch.file("output"), encoding: .utf8)
    errorOutput = try String(contentsOfFile: scratch.file("error"), encoding: .utf8)
    exitCode =
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
  }

  /// Runs the product `name` of this build.
  ///
  /// - Throws: as `init` does.
  package static func product(
    _ name: String, _ arguments: [String], in folder: String? = nil,
    environment: [String: String] = [:]
  ) throws -> CommandRun {
    try CommandRun(
      productPath(name), arguments, in: folder, environment: environment)
  }

  /// Where this build put the product `name`: beside the tests.
  package static func productPath(_ name: String) -> String {
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent(name).path
  }
}
