import Reports
import RunModel

/// A line on the terminal with the progress of a copy; nothing where there is no terminal.
struct TransferLine {
  private let total: Int
  private let isShown = Terminal.isErrorInteractive
  private let start = ContinuousClock.now
  private var lastShown = ContinuousClock.now

  /// Shows the progress of a copy of `total` bytes.
  init(total: Int) { self.total = total }

  /// Shows the number of bytes copied so far.
  mutating func show(_ bytes: Int) {
    let now = ContinuousClock.now
    guard isShown, now - lastShown > .milliseconds(100) else { return }
    lastShown = now
    let rate = Double(bytes) / 1e6 / (now - start).seconds
    let left = NumberFormat.fixed(Double(max(total - bytes, 0)) / 1e6 / max(rate, 1e-9), 0)
    Terminal.overwriteLine(
      "\(bytes / 1_000_000) of \(total / 1_000_000) MB, \(NumberFormat.significant(rate, 3)) MB/s, \(left) s left"
    )
  }

  /// Removes the line.
  func clear() { if isShown { Terminal.overwriteLine("") } }
}
