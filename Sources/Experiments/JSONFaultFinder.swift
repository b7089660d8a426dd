/// Finds the lines of a JSON text in which a fault is that no parser gives a place for.
///
/// A text that is cut behind a bracket or comma, and whose open brackets are then closed, is good exactly if the
/// cut is before the fault, a comma that is now a trailing one aside. So the last good cut is found by halving.
struct JSONFaultFinder {
  private let text: [UInt8]
  private let outline: JSONOutline

  /// Prepares a search in `text`, which is plain JSON but for the fault, and whose outline is `outline`.
  init(_ text: [UInt8], _ outline: JSONOutline) {
    self.text = text
    self.outline = outline
  }

  /// Where the fault is, as `line 3` or `lines 3 to 5`.
  ///
  /// - Parameter isGood: whether a text is without fault.
  /// - Returns: the lines.
  func place(isGood: ([UInt8]) -> Bool) -> String {
    let marks = outline.marks
    var goodCount = 0
    var badCount = marks.count + 1
    while badCount - goodCount > 1 {
      let count = (goodCount + badCount) / 2
      let prefix = text[..<marks[count - 1]]
      if isGood(plainJSON(prefix + JSONOutline(prefix).open.reversed())) {
        goodCount = count
      } else {
        badCount = count
      }
    }
    let start = goodCount > 0 ? marks[goodCount - 1] : 0
    let end = goodCount < marks.count ? marks[goodCount] : text.count
    let blanks = Array(" \t\r\n".utf8)
    let isVisible = { (byte: UInt8) in !blanks.contains(byte) }
    let first = line(text[start..<end].firstIndex(where: isVisible) ?? start)
    let last = line(text[start..<end].lastIndex(where: isVisible) ?? start)
    return first == last ? "line \(first)" : "lines \(first) to \(last)"
  }

  private func line(_ position: Int) -> Int {
    text[..<position].count { $0 == UInt8(ascii: "\n") } + 1
  }
}
