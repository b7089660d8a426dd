import FoundationEssentials

/// The header of a safetensors file, checked against the data that follow it.
struct SafetensorsHeader {
  /// The types of elements that are read and written, by their names in the format.
  enum ElementType: String, CaseIterable {
    case float32 = "F32"
    case int32 = "I32"
    case int64 = "I64"

    /// Bytes for each element.
    var size: Int { self == .int64 ? 8 : 4 }
  }

  /// What the header says of one tensor.
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

  /// Reads a header.
  ///
  /// - Parameters:
  ///   - text: its bytes.
  ///   - dataLength: the number of bytes after it.
  /// - Throws: `SafetensorsError` where it is not a header, or not one of these data.
  init(_ text: ArraySlice<UInt8>, dataLength: Int) throws(SafetensorsError) {
    // JSONDecoder would read UTF-16 too, which is full of zero bytes.
    guard text.first == UInt8(ascii: "{"), !text.contains(0),
      String(validating: text, as: UTF8.self) != nil
    else {
      throw SafetensorsError("The header is not a JSON object in UTF-8.")
    }
    let contents: SafetensorsHeaderContents
    do {
      contents = try JSONDecoder().decode(SafetensorsHeaderContents.self, from: Data(text))
    } catch let error as SafetensorsError {
      throw error
    } catch {
      throw SafetensorsError("The header is not valid JSON.")
    }
    // The decoder drops all but one of equal keys; each has a colon.
    guard contents.keyCount == JSONOutline(text).colonCount else {
      throw SafetensorsError("The header has the same key twice in one object.")
    }
    metadata = contents.metadata
    var entries: [Entry] = []
    for tensor in contents.tensors {
      entries.append(try Entry(tensor, dataLength: dataLength))
    }
    entries.sort {
      ($0.bytes.lowerBound, $0.bytes.upperBound, $0.name)
        < ($1.bytes.lowerBound, $1.bytes.upperBound, $1.name)
    }
    self.entries = entries
    try Self.requireWithoutGaps(entries, dataLength: dataLength)
  }

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
    _ tensor: SafetensorsHeaderContents.Tensor, dataLength: Int
  ) throws(SafetensorsError) {
    let quoted = quotedExcerpt(tensor.name)
    guard let type = SafetensorsHeader.ElementType(rawValue: tensor.type) else {
      let known = SafetensorsHeader.ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw SafetensorsError(
        "The tensor \(quoted) is of type \(quotedExcerpt(tensor.type)), where only \(known) can be read."
      )
    }
    var size = type.size
    for length in tensor.shape {
      let (product, overflows) = size.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflows else {
        throw SafetensorsError(
          "The tensor \(quoted) can't have the shape \(quotedExcerpt(tensor.shape)).")
      }
      size = product
    }
    guard tensor.offsets.count == 2, 0 <= tensor.offsets[0],
      tensor.offsets[0] <= tensor.offsets[1]
    else {
      throw SafetensorsError(
        "The tensor \(quoted) can't have the data offsets \(quotedExcerpt(tensor.offsets)), where a first byte and the byte after the last are expected."
      )
    }
    let bytes = tensor.offsets[0]..<tensor.offsets[1]
    guard bytes.upperBound <= dataLength else {
      throw SafetensorsError(
        "The tensor \(quoted) should end at byte \(bytes.upperBound) of the data, of which there are only \(dataLength)."
      )
    }
    guard bytes.count == size else {
      throw SafetensorsError(
        "The tensor \(quoted) has \(bytes.count) bytes of data, where its shape \(quotedExcerpt(tensor.shape)) takes \(size)."
      )
    }
    self.init(name: tensor.name, type: type, shape: tensor.shape, bytes: bytes)
  }
}
