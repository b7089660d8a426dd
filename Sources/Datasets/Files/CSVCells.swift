/// One cell of a CSV file.
struct CSVCell {
  /// The range of its text in the bytes, without the quotes around it.
  let text: Range<Int>
  /// The line of the file on which the cell starts, from 1.
  let line: Int
  /// Whether the cell is the last of its record.
  let endsRecord: Bool
}

/// A reader that splits the bytes of a CSV file into cells by RFC 4180.
///
/// It also accepts a byte order mark, line ends of one byte, and blank lines, which it skips.
struct CSVCells {
  private let bytes: [UInt8]
  private let path: String
  private var position: Int
  private(set) var line = 1

  /// Begins before the first cell of `bytes`, the contents of the file at `path`.
  init(_ bytes: [UInt8], path: String) {
    self.bytes = bytes
    self.path = path
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Moves to the next record; false where there is none.
  mutating func startRecord() -> Bool {
    while position < bytes.count, bytes[position] == .lineFeed || bytes[position] == .carriageReturn
    {
      skipLineEnd()
    }
    return position < bytes.count
  }

  /// The next cell of the record.
  ///
  /// - Throws: `DatasetError` where a quote is not closed, or more text follows it.
  mutating func next() throws(DatasetError) -> CSVCell {
    let startLine = line
    let text =
      position < bytes.count && bytes[position] == .quote ? try quotedText() : plainText()
    if position < bytes.count, bytes[position] == .comma {
      position += 1
      return CSVCell(text: text, line: startLine, endsRecord: false)
    }
    if position < bytes.count { skipLineEnd() }
    return CSVCell(text: text, line: startLine, endsRecord: true)
  }

  private mutating func plainText() -> Range<Int> {
    let start = position
    while position < bytes.count, !bytes[position].endsPlainCell { position += 1 }
    return start..<position
  }

  private mutating func quotedText() throws(DatasetError) -> Range<Int> {
    let startLine = line
    position += 1
    let start = position
    while position < bytes.count {
      if bytes[position] == .lineFeed {
        line += 1
      } else if bytes[position] == .quote {
        let end = position
        position += 1
        if position == bytes.count || bytes[position].endsPlainCell { return start..<end }
        guard bytes[position] == .quote else {
          throw .badData(
            "\(path), line \(line): a quoted cell continues after its closing quote; separate cells "
              + "with commas.")
        }
      }
      position += 1
    }
    throw .badData(
      "\(path), line \(startLine): a quoted cell is never closed; add the missing quote.")
  }

  /// Moves past the line end at the position: LF, CR, or CR LF.
  private mutating func skipLineEnd() {
    let isPair =
      bytes[position] == .carriageReturn && position + 1 < bytes.count
      && bytes[position + 1] == .lineFeed
    position += isPair ? 2 : 1
    line += 1
  }
}

extension UInt8 {
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let comma = UInt8(ascii: ",")
  static let quote = UInt8(ascii: "\"")

  /// Whether a cell without quotes ends before this byte.
  fileprivate var endsPlainCell: Bool {
    self == .comma || self == .lineFeed || self == .carriageReturn
  }
}
