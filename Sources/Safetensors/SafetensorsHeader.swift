import StrictJSON

/// The header of a safetensors file: where each tensor's bytes are.
package struct SafetensorsHeader {
  /// The types of elements that are read and written, by their names in the format.
  enum ElementType: String, CaseIterable {
    case float32 = "F32"
    case int32 = "I32"
    case int64 = "I64"

    /// Bytes for each element.
    var size: Int { self == .int64 ? 8 : 4 }
  }

  /// The entry of one tensor.
  struct Entry {
    let name: String
    let type: ElementType
    let shape: [Int]
    /// The tensor's bytes, counted from the first byte after the header.
    let bytes: Range<Int>
  }

  /// The tensors by the place of their bytes; those without any by name.
  let entries: [Entry]
  let metadata: [String: String]
  /// The number of bytes of data after the header.
  package let dataLength: Int

  /// Reads a header.
  ///
  /// - Parameters:
  ///   - text: its bytes.
  ///   - length: the number of bytes after it; nil where the header itself tells where its file ends.
  /// - Throws: `SafetensorsError` where it is not a header, or not one of these data.
  package init(_ text: ArraySlice<UInt8>, dataLength length: Int? = nil) throws(SafetensorsError) {
    // In UTF-16 or UTF-32 a header would be full of zero bytes.
    guard text.first == UInt8(ascii: "{"), !text.contains(0),
      String(validating: text, as: UTF8.self) != nil
    else {
      throw SafetensorsError("The header is not a JSON object in UTF-8.")
    }
    let contents: JSONValue
    do {
      contents = try JSONValue(parsing: text)
    } catch {
      throw SafetensorsError(
        error.kind == .repeatedKey
          ? "The header has the same key twice in one object." : "The header is not valid JSON.")
    }
    guard case .object(let members) = contents else {
      throw SafetensorsError("The header is not a JSON object in UTF-8.")
    }
    var metadata: [String: String] = [:]
    var entries: [Entry] = []
    // In order, so that the same one of two faults is always named.
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      if name == SafetensorsFile.metadataKey {
        metadata = try Self.metadata(value)
      } else {
        entries.append(try Entry(name, value, dataLength: length))
      }
    }
    self.metadata = metadata
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name)
        < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.name)
    }
    self.entries = entries
    dataLength = length ?? entries.last?.bytes.upperBound ?? 0
    try Self.requireWithoutGaps(entries, dataLength: dataLength)
  }

  init(entries: [Entry], metadata: [String: String], dataLength: Int) {
    self.entries = entries
    self.metadata = metadata
    self.dataLength = dataLength
  }

  private static func metadata(_ value: JSONValue) throws(SafetensorsError) -> [String: String] {
    guard case .object(let members) = value else { throw notStrings }
    var texts: [String: String] = [:]
    for (key, value) in members {
      guard case .string(let text) = value else { throw notStrings }
      texts[key] = text
    }
    return texts
  }

  private static let notStrings = SafetensorsError("The metadata is not an object of strings.")

  private static func requireWithoutGaps(
    _ entries: [Entry], dataLength: Int
  ) throws(SafetensorsError) {
    var end = 0
    for entry in entries {
      guard entry.bytes.lowerBound >= end else {
        throw SafetensorsError(
          "The tensor \(quotedExcerpt(entry.name)) starts at byte \(entry.bytes.lowerBound) of the data, inside the one before it, which ends at \(end)."
        )
      }
      guard entry.bytes.lowerBound == end else {
        throw SafetensorsError(
          "No tensor has the bytes \(end) to \(entry.bytes.lowerBound) of the data, before \(quotedExcerpt(entry.name))."
        )
      }
      end = entry.bytes.upperBound
    }
    guard end == dataLength else {
      throw SafetensorsError(
        "The file has \(dataLength) bytes of data, where its tensors end after \(end).")
    }
  }
}

extension SafetensorsHeader.Entry {
  fileprivate init(
    _ name: String, _ value: JSONValue, dataLength: Int?
  ) throws(SafetensorsError) {
    let quoted = quotedExcerpt(name)
    guard case .object(let members) = value, members.count == 3,
      case .string(let typeName) = members["dtype"], let shape = members["shape"]?.integers,
      let offsets = members["data_offsets"]?.integers
    else {
      throw SafetensorsError(
        "The tensor \(quoted) is not an object with the string dtype and the whole numbers shape and data_offsets, and with nothing else."
      )
    }
    guard let type = SafetensorsHeader.ElementType(rawValue: typeName) else {
      let known = SafetensorsHeader.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw SafetensorsError(
        "The tensor \(quoted) has the type \(quotedExcerpt(typeName)); only \(known) can be read."
      )
    }
    var size = type.size
    for length in shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflows else {
        throw SafetensorsError(
          "The tensor \(quoted) cannot have the shape \(quotedExcerpt(shape)).")
      }
      size = product
    }
    guard offsets.count == 2, 0 <= offsets[0],
      offsets[0] <= offsets[1]
    else {
      throw SafetensorsError(
        "The tensor \(quoted) cannot have the data offsets \(quotedExcerpt(offsets)), where a first byte and the byte after the last are expected."
      )
    }
    let bytes = offsets[0]..<offsets[1]
    if let dataLength, bytes.upperBound > dataLength {
      throw SafetensorsError(
        "The tensor \(quoted) should end at byte \(bytes.upperBound) of the data, of which there are only \(dataLength)."
      )
    }
    guard bytes.count == size else {
      throw SafetensorsError(
        "The tensor \(quoted) has \(bytes.count) bytes of data, where its shape \(quotedExcerpt(shape)) takes \(size)."
      )
    }
    self.init(name: name, type: type, shape: shape, bytes: bytes)
  }
}

extension JSONValue {
  /// The numbers of a list of whole numbers that `Int` has; nil for any other value.
  fileprivate var integers: [Int]? {
    guard case .array(let elements) = self else { return nil }
    let integers = elements.compactMap { element -> Int? in
      guard case .integer(let value) = element else { return nil }
      return Int(exactly: value)
    }
    return integers.count == elements.count ? integers : nil
  }
}
