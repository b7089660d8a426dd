import FoundationEssentials
import Glibc

/// A program that lies beside this one.
enum SiblingProgram {
  /// Runs it in the place of this program, whose process it takes over: signals reach it, and its exit code is the process's.
  ///
  /// - Throws: `SiblingProgramError` where it is missing or cannot be run.
  static func become(_ name: String, _ arguments: [String]) throws(SiblingProgramError) -> Never {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let path = URL(filePath: own).deletingLastPathComponent().appending(path: name).path
    guard FileManager.default.fileExists(atPath: path) else {
      throw SiblingProgramError(path: path, isMissing: true, reason: "")
    }
    var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    unsafe execv(path, &words)
    throw SiblingProgramError(
      path: path, isMissing: false, reason: unsafe String(cString: strerror(errno)))
  }
}
