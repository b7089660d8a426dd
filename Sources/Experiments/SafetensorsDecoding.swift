import FoundationEssentials

extension SafetensorsFile {
  /// The longest header that the format allows, bytes.
  private static let longestHeader = 100_000_000

  /// An entry of the header.
  private struct Entry: Decodable {
    let dtype: String
    let shape: [Int]
    let dataOffsets: [Int]

    private enum CodingKeys: String, CodingKey {
      case dtype, shape
      case dataOffsets = "data_offsets"
    }
  }

  /// The header: the entries of tensors and the metadata.
  private struct Header: Decodable {
    var entries: [(name: String, entry: Entry)] = []
    var metadata: [String: String] = [:]

    private struct Name: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Name.self)
      for key in container.allKeys {
        if key.stringValue == "__metadata__" {
          metadata = try container.decode([String: String].self, forKey: key)
        } else {
          entries.append((key.stringValue, try container.decode(Entry.self, forKey: key)))
        }
      }
    }
  }

  /// Reads a file.
  ///
  /// - Parameter bytes: all of it.
  /// - Throws: `SafetensorsError` where it is not one, or has tensors of other types than F32, I32 and I64.
  package init(decoding bytes: [UInt8]) throws(SafetensorsError) {
    guard bytes.count >= 8 else {
      throw SafetensorsError("it has \(bytes.count) bytes, where the length of its header takes 8")
    }
    var length: UInt64 = 0
    for index in 0..<8 { length |= UInt64(bytes[index]) << (8 * UInt64(index)) }
    guard length <= SafetensorsFile.longestHeader && length <= bytes.count - 8 else {
      throw SafetensorsError(
        "its header should be \(length) bytes long, and only \(bytes.count - 8) bytes follow")
    }
    let start = 8 + Int(length)
    let header = try SafetensorsFile.header(bytes[8..<start])
    var end = 0
    var tensors: [Tensor] = []
    let inOrder = header.entries.sorted {
      ($0.entry.dataOffsets.first ?? 0, $0.entry.dataOffsets.last ?? 0)
        < ($1.entry.dataOffsets.first ?? 0, $1.entry.dataOffsets.last ?? 0)
    }
    for (name, entry) in inOrder {
      let size = try SafetensorsFile.byteCount(of: entry, name)
      guard entry.dataOffsets.count == 2, entry.dataOffsets[0] == end,
        entry.dataOffsets[1] >= end, entry.dataOffsets[1] - end == size,
        entry.dataOffsets[1] <= bytes.count - start
      else {
        throw SafetensorsError(
          "its tensor \(name.quotedForError) of \(size) bytes can't lie at \(entry.dataOffsets), after \(end) bytes of others in \(bytes.count - start)"
        )
      }
      let range = start + end..<start + entry.dataOffsets[1]
      tensors.append(
        Tensor(
          name: name, shape: entry.shape,
          values: SafetensorsFile.values(bytes.span.extracting(range), type: entry.dtype)))
      end = entry.dataOffsets[1]
    }
    guard end == bytes.count - start else {
      throw SafetensorsError("\(bytes.count - start - end) bytes after its tensors belong to none")
    }
    self.init(tensors: tensors, metadata: header.metadata)
  }

  private static func header(_ bytes: ArraySlice<UInt8>) throws(SafetensorsError) -> Header {
    guard bytes.first == UInt8(ascii: "{") else {
      throw SafetensorsError("its header is not a JSON object")
    }
    do {
      return try JSONDecoder().decode(Header.self, from: Data(bytes))
    } catch {
      throw SafetensorsError(
        "its header is not JSON of tensors with a dtype, a shape and data_offsets")
    }
  }

  private static func byteCount(of entry: Entry, _ name: String) throws(SafetensorsError) -> Int {
    guard var size = Values.elementSize(ofType: entry.dtype) else {
      throw SafetensorsError(
        "its tensor \(name.quotedForError) has the type \(entry.dtype.quotedForError); F32, I32 and I64 can be read"
      )
    }
    for extent in entry.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 0 && !overflow else {
        throw SafetensorsError(
          "its tensor \(name.quotedForError) has the impossible shape \(entry.shape)")
      }
      size = product
    }
    return size
  }

  private static func values(_ bytes: Span<UInt8>, type: String) -> Values {
    switch type {
    case "I64": .int64(numbers(bytes))
    case "I32": .int32(numbers(bytes))
    default: .float32(numbers(bytes).map { (word: UInt32) in Float(bitPattern: word) })
    }
  }

  /// Numbers whose lowest bytes come first.
  private static func numbers<Number: FixedWidthInteger>(_ bytes: Span<UInt8>) -> [Number] {
    let size = Number.bitWidth / 8
    var numbers = [Number](repeating: 0, count: bytes.count / size)
    var results = numbers.mutableSpan
    var position = 0
    for index in 0..<results.count {
      var number: Number = 0
      for byte in 0..<size {
        number |= Number(truncatingIfNeeded: bytes[position + byte]) << Number(8 * byte)
      }
      results[index] = number
      position += size
    }
    return numbers
  }
}

extension String {
  /// The string in quotes, without what a terminal would take for a command, its far end cut off.
  fileprivate var quotedForError: String {
    let shown = unicodeScalars.prefix(80).map { $0.escaped(asASCII: false) }.joined()
    return "\"\(shown)\(unicodeScalars.count > 80 ? "…" : "")\""
  }
}
