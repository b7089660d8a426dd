import Foundation

/// The browser of the person at this machine.
enum Browser {
  /// Opens a page by `xdg-open`; where that is missing, the address that was printed is there to open.
  static func open(_ url: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    // The server ignores signals, which a program would inherit.
    process.arguments = ["--default-signal", "xdg-open", url]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try? process.run()
  }
}
