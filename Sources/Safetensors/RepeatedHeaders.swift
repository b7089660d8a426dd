import StrictJSON

/// A reader of the headers of files that follow each other, mostly with the same tensors and another text in the metadata.
///
/// A header that begins with the metadata, and then differs from the one before in one text of it only, is not read anew.
package struct RepeatedHeaders {
  private let start: [UInt8]
  private let key: String
  private var rest: [UInt8] = []
  private var previous: SafetensorsHeader?

  /// Reads headers whose metadata have one key.
  package init(metadataKey key: String) {
    self.key = key
    start = Array("{\"\(SafetensorsFile.metadataKey)\":{\(jsonStringLiteral(key)):\"".utf8)
  }

  /// Reads a header.
  ///
  /// - Throws: `SafetensorsError`.
  package mutating func header(_ text: ArraySlice<UInt8>) throws(SafetensorsError)
    -> SafetensorsHeader
  {
    guard text.starts(with: start), let end = endOfString(in: text) else {
      return try SafetensorsHeader(text)
    }
    let literal = text[text.startIndex + start.count - 1..<end]
    let rest = text[end...]
    if let previous, rest.elementsEqual(self.rest),
      case .string(let value)? = try? JSONValue(parsing: literal),
      String(validating: literal, as: UTF8.self) != nil
    {
      return SafetensorsHeader(previous, metadata: [key: value])
    }
    let header = try SafetensorsHeader(text)
    previous = header
    self.rest = Array(rest)
    return header
  }

  /// The place after the quote that closes the text.
  private func endOfString(in text: ArraySlice<UInt8>) -> Int? {
    var place = text.startIndex + start.count
    while place < text.endIndex, text[place] != UInt8(ascii: "\"") {
      place += text[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return place < text.endIndex ? place + 1 : nil
  }
}

extension SafetensorsHeader {
  /// The header of a file with the same tensors and other metadata.
  fileprivate init(_ header: SafetensorsHeader, metadata: [String: String]) {
    self.init(entries: header.entries, metadata: metadata, dataLength: header.dataLength)
  }
}
