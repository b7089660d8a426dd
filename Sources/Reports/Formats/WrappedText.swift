extension StringProtocol {
  /// The text on lines of at most `width` columns, broken between words.
  ///
  /// - Parameters:
  ///   - width: the columns of the first line.
  ///   - laterWidth: those of each later line; nil for the same.
  ///   - breaksWords: whether a word that is longer than a line is broken, too; otherwise it is on a line of its own.
  /// - Returns: the lines; one for an empty text.
  package func wrapped(toWidth width: Int, laterWidth: Int? = nil, breaksWords: Bool = false)
    -> [String]
  {
    var lines: [String] = []
    var (line, used) = ("", 0)
    var room = width
    func end() {
      lines.append(line)
      (line, used, room) = ("", 0, laterWidth ?? width)
    }
    for (place, word) in split(separator: " ", omittingEmptySubsequences: false).enumerated() {
      let wordWidth = word.displayWidth
      if place > 0 {
        if used + 1 + wordWidth > room {
          end()
        } else {
          line += " "
          used += 1
        }
      }
      guard breaksWords, wordWidth > room else {
        line += word
        used += wordWidth
        continue
      }
      for character in word {
        if used > 0, used + String(character).displayWidth > room { end() }
        line.append(character)
        used += String(character).displayWidth
      }
    }
    end()
    return lines
  }
}
