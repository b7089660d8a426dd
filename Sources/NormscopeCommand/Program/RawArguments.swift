import ArgumentParser
import Glibc

/// The arguments of the program as the system has them: Swift's own view repairs text that is no UTF-8.
enum RawArguments {
  /// Makes sure that the arguments, and the variable that names the database, are text.
  ///
  /// - Throws: `ValidationError` that names the one that is not.
  static func requireText() throws(ValidationError) {
    guard CommandLine.argc > 0 else {
      throw ValidationError(
        "/proc/self/cmdline, which holds the arguments, is missing; mount /proc, as with `mount -t proc proc /proc`."
      )
    }
    for index in 1..<max(1, Int(CommandLine.argc)) {
      try unsafe requireText(CommandLine.unsafeArgv[index], "Argument \(index)")
    }
    try unsafe requireText(getenv("NORMSCOPE_DB"), "$NORMSCOPE_DB")
  }

  private static func requireText(
    _ bytes: UnsafeMutablePointer<CChar>?, _ what: String
  ) throws(ValidationError) {
    guard let bytes = unsafe bytes, unsafe String(validatingCString: bytes) == nil else { return }
    throw unsafe ValidationError(
      "\(what), \"\(String(cString: bytes))\", is not text in UTF-8; use a name that is, and rename the file if it is one."
    )
  }
}
