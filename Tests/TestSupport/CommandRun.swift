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
    self = try StartedCommand(program, arguments, in: folder, environment: environment).wait()
  }

  init(output: String, errorOutput: String, exitCode: Int32) {
    self.output = output
    self.errorOutput = errorOutput
    self.exitCode = exitCode
  }

  /// Runs the product `name`.
  ///
  /// - Throws: as `init` does.
  package static func product(
    _ name: String, _ arguments: [String], in folder: String? = nil,
    environment: [String: String] = [:]
  ) throws -> CommandRun {
    try CommandRun(
      productPath(name), arguments, in: folder, environment: environment)
  }

  /// Where the product `name` is: in the folder `NORMSCOPE_PRODUCTS`, as of a release build, whose programs start and compute much
  /// faster; else beside the tests.
  package static func productPath(_ name: String) -> String {
    if let folder = ProcessInfo.processInfo.environment["NORMSCOPE_PRODUCTS"] {
      return "\(folder)/\(name)"
    }
    let tests = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appendingPathComponent(name).path
  }
}
