import Training
import Glibc

/// What the program was called with, as the system has it: Swift's own view repairs text that is no UTF-8.
enum RawArguments {
  /// Makes sure that the arguments, and the variable that names the database, are text.
  ///
  /// - Throws: `ConfigurationError` that tells which one is not.
  static func requireText() throws(ConfigurationError) {
    guard CommandLine.argc > 0 else {
      throw ConfigurationError(
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
  ) throws(ConfigurationError) {
    guard let bytes = unsafe bytes, unsafe String(validatingCString: bytes) == nil else { return }
    throw unsafe ConfigurationError(
      "\(what), \"\(String(cString: bytes))\", is not text in UTF-8; use a name that is, and rename the file if it is one."
    )
  }
}
