import Glibc

extension Terminal {
  /// The number of columns of the terminal on standard error; 80 if it is unknown.
  static var errorWidth: Int { width(of: STDERR_FILENO) ?? 80 }

  /// The number of columns that answers must fit: $COLUMNS, else those of the terminal on standard output; nil in a pipe or
  /// a file, which take everything.
  static var outputWidth: Int? {
    named("COLUMNS").flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? width(of: STDOUT_FILENO)
  }

  private static func width(of descriptor: Int32) -> Int? {
    var size = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else {
      return nil
    }
    return Int(size.ws_col)
  }
}
