extension SafetensorsFile {
  /// The bytes of the file.
  package func encoded() -> [UInt8] {
    let header = Array(headerText.utf8)
    // The tensors start at a multiple of 8, so that they can be mapped.
    let padding = (8 - header.count % 8) % 8
    let elementBytes = tensors.reduce(0) {
      $0 + $1.values.count * (Values.elementSize(ofType: $1.values.typeName) ?? 0)
    }
    var bytes = [UInt8](repeating: UInt8(ascii: " "), count: 8 + header.count + padding)
    bytes.reserveCapacity(bytes.count + elementBytes)
    let headerLength = UInt64(header.count + padding)
    for index in 0..<8 {
      bytes[index] = UInt8(truncatingIfNeeded: headerLength >> (8 * UInt64(index)))
    }
    bytes.replaceSubrange(8..<8 + header.count, with: header)
    for tensor in tensors {
      switch tensor.values {
      case .float32(let values): bytes.append(littleEndian: values.map(\.bitPattern))
      case .int32(let values): bytes.append(littleEndian: values)
      case .int64(let values): bytes.append(littleEndian: values)
      }
    }
    return bytes
  }

  private var headerText: String {
    var entries: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }.map {
        "\(jsonString($0.key)):\(jsonString($0.value))"
      }
      entries.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for tensor in tensors {
      let type = tensor.values.typeName
      let end = offset + tensor.values.count * (Values.elementSize(ofType: type) ?? 0)
      entries.append(
        "\(jsonString(tensor.name)):{\"dtype\":\"\(type)\",\"shape\":\(tensor.shape),"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    return "{" + entries.joined(separator: ",") + "}"
  }

  /// `text` as JSON: in quotes, what may not stand there escaped.
  private func jsonString(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension [UInt8] {
  /// Appends the bytes of each number, the lowest first.
  fileprivate mutating func append<Number: FixedWidthInteger>(littleEndian numbers: [Number]) {
    let size = Number.bitWidth / 8
    let start = count
    append(contentsOf: repeatElement(0, count: numbers.count * size))
    var bytes = mutableSpan
    var position = start
    for number in numbers {
      for index in 0..<size {
        bytes[position + index] = UInt8(truncatingIfNeeded: number >> Number(8 * index))
      }
      position += size
    }
  }
}
