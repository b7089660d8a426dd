import Glibc
import RunStore
import Synchronization

/// The terminal as a screen that is drawn over again and again, on which keys are read as they are pressed.
///
/// It is the terminal's second screen, so that what was on the first is there again when it is closed.
final class TerminalScreen {
  /// The event that ended a wait.
  enum Event {
    /// A key, by its first byte; Ctrl-C is 3.
    case key(UInt8)
    /// The terminal has another size.
    case resized
    /// The time is over, or a signal came.
    case none
  }

  private static let wasResized = Atomic<Bool>(false)

  /// The settings that `close` restores; nil where standard input is no terminal.
  private let settings: termios?
  private var isOpen = true

  /// Opens the screen.
  ///
  /// - Throws: `OutputError` if writing to the terminal fails.
  init() throws {
    var current = termios()
    if unsafe tcgetattr(STDIN_FILENO, &current) == 0 {
      settings = current
      // Keys come one by one, are not shown, and Ctrl-C and Ctrl-Z are keys like others.
      current.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
      _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &current)
    } else {
      settings = nil
    }
    // Initialized before a signal can come: a handler may not initialize it.
    TerminalScreen.wasResized.store(false, ordering: .relaxed)
    signal(SIGWINCH) { _ in TerminalScreen.wasResized.store(true, ordering: .relaxed) }
    // The second screen, without a cursor.
    try Terminal.write("\u{1B}[?1049h\u{1B}[?25l")
  }

  deinit { close() }

  /// Restores the terminal as it was.
  func close() {
    guard isOpen else { return }
    isOpen = false
    try? Terminal.write("\u{1B}[?25h\u{1B}[?1049l")
    if var settings { _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &settings) }
    signal(SIGWINCH, SIG_DFL)
  }

  /// The number of columns and rows of the terminal on standard output; 80 and 24 where they are unknown.
  static var size: (columns: Int, rows: Int) {
    var size = winsize()
    guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0,
      size.ws_row > 0
    else { return (80, 24) }
    return (Int(size.ws_col), Int(size.ws_row))
  }

  /// Draws `lines`, which have no control characters, over what is on the screen.
  ///
  /// - Throws: `OutputError` if writing to the terminal fails.
  func draw(_ lines: [String]) throws {
    // From the top; each line clears its rest and the last one all below, so that nothing flickers.
    try Terminal.write("\u{1B}[H" + lines.joined(separator: "\u{1B}[K\r\n") + "\u{1B}[K\u{1B}[J")
  }

  /// Waits for a key or for another size of the terminal, at most for a time.
  func wait(milliseconds: Int32) -> Event {
    if TerminalScreen.wasResized.exchange(false, ordering: .relaxed) { return .resized }
    var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    let count = unsafe poll(&input, settings == nil ? 0 : 1, milliseconds)
    if TerminalScreen.wasResized.exchange(false, ordering: .relaxed) { return .resized }
    guard count > 0 else { return .none }
    var key: UInt8 = 0
    // A terminal that has gone is at its end: as good as Ctrl-C.
    return unsafe read(STDIN_FILENO, &key, 1) == 1 ? .key(key) : .key(3)
  }
}
