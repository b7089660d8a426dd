/// The depth of the brackets of a JSON text, found by a scan that does not check whether the text is JSON.
struct JSONOutline {
  /// The largest number of open brackets.
  private(set) var depth = 0
  /// Whether the text is only white space.
  private(set) var isBlank = true

  /// Scans a text.
  init(_ text: ArraySlice<UInt8>) {
    var index = text.startIndex
    var openCount = 0
    while index < text.endIndex {
      let byte = text[index]
      index += 1
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): continue
      case UInt8(ascii: "\""): index = Self.endOfString(in: text, from: index)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        openCount += 1
        depth = max(depth, openCount)
      case UInt8(ascii: "}"), UInt8(ascii: "]"): openCount = max(0, openCount - 1)
      default: break
      }
      isBlank = false
    }
  }

  /// The end of the string whose opening quote is before `start`.
  static func endOfString(in text: ArraySlice<UInt8>, from start: Int) -> Int {
    var index = start
    while index < text.endIndex, text[index] != UInt8(ascii: "\"") {
      index += text[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(index + 1, text.endIndex)
  }
}
