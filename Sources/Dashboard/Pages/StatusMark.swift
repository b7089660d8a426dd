import Reports
import RunModel

/// The status of a run as a word with a mark, so that no color is needed to see it.
enum StatusMark {
  /// The status, with its reason as a text that appears under the pointer.
  static func html(_ run: Run) -> HTML {
    let (mark, kind): (HTML, HTML) =
      switch run.status {
      case .running: ("●", "live")
      case .finished: ("✓", "ended")
      case .unknown: ("?", "ended")
      case .diverged, .failed, .interrupted: ("✗", "bad")
      }
    let reason: HTML =
      run.statusReason.map { " title=\"\($0.withoutControlCharacters)\"" } ?? ""
    return
      "<span class=\"status \(kind)\"\(reason)><span aria-hidden=\"true\">\(mark)</span> \(run.status.rawValue)</span>"
  }
}
