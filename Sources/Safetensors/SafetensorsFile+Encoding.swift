import StrictJSON

extension SafetensorsFile {
  /// The file's bytes.
  package func encoded() -> [UInt8] {
    let (header, dataLength) = header
    return [UInt8](capacity: 8 + header.count + dataLength) { output in
      output.append(littleEndian: UInt64(header.count))
      for byte in header { output.append(byte) }
      for tensor in tensors {
        switch tensor.values {
        case .float32(let values):
          for value in values { output.append(littleEndian: value.bitPattern) }
        case .int32(let values):
          for value in values { output.append(littleEndian: UInt32(bitPattern: value)) }
        case .int64(let values):
          for value in values { output.append(littleEndian: UInt64(bitPattern: value)) }
        }
      }
    }
  }

  /// The header, and the number of bytes of data that it describes.
  private var header: (text: [UInt8], dataLength: Int) {
    var entries: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(jsonStringLiteral($0.key)):\(jsonStringLiteral($0.value))" }
      entries.append("\"\(Self.metadataKey)\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let type = tensor.values.elementType
      let end = offset + tensor.values.count * type.size
      entries.append(
        "\(jsonStringLiteral(tensor.name)):{\"dtype\":\"\(type.rawValue)\","
          + "\"shape\":\(tensor.shape),\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(entries.joined(separator: ","))}".utf8)
    // The tensors start at a multiple of 8, so that they can be mapped.
    while text.count % 8 != 0 { text.append(0x20) }
    return (text, offset)
  }
}

extension SafetensorsFile.Values {
  fileprivate var elementType: SafetensorsHeader.ElementType {
    switch self {
    case .float32: .float32
    case .int32: .int32
    case .int64: .int64
    }
  }
}

extension OutputSpan<UInt8> {
  @inline(__always)
  fileprivate mutating func append(littleEndian word: some FixedWidthInteger & UnsignedInteger) {
    var word = word
    for _ in 0..<word.bitWidth / 8 {
      append(UInt8(truncatingIfNeeded: word))
      word >>= 8
    }
  }
}
