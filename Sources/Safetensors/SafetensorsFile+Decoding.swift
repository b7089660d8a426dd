extension SafetensorsFile {
  /// Reads a file's bytes.
  ///
  /// Memory is allocated for bytes that exist, whatever a header claims.
  /// - Throws: `SafetensorsError` where the bytes are anything but a whole file in the format, or hold a tensor
  ///   of another type than F32, I32 and I64.
  package init(decoding bytes: [UInt8]) throws(SafetensorsError) {
    let span = bytes.span
    guard span.count >= 8 else {
      throw SafetensorsError(
        "The file ends after \(span.count) bytes, inside the 8 that give the length of its header.")
    }
    let length = span.littleEndianWord(at: 0, as: UInt64.self)
    guard length <= UInt64(Self.maximumHeaderLength) else {
      throw SafetensorsError(
        "The file claims a header of \(length) bytes, more than the \(Self.maximumHeaderLength) that the format allows."
      )
    }
    let dataStart = 8 + Int(length)
    guard span.count >= dataStart else {
      throw SafetensorsError(
        "The file ends after \(span.count) bytes, inside its header of \(length) bytes.")
    }
    let header = try SafetensorsHeader(bytes[8..<dataStart], dataLength: span.count - dataStart)
    let data = span.extracting(dataStart...)
    self.init(
      tensors: header.entries.map { entry in
        Tensor(
          name: entry.name, shape: entry.shape,
          values: Values(data.extracting(entry.bytes), as: entry.type))
      },
      metadata: header.metadata)
  }
}

extension SafetensorsFile.Values {
  fileprivate init(_ data: borrowing Span<UInt8>, as type: SafetensorsHeader.ElementType) {
    self =
      switch type {
      case .float32: .float32(data.littleEndianWords(Float.init(bitPattern:)))
      case .int32: .int32(data.littleEndianWords(Int32.init(bitPattern:)))
      case .int64: .int64(data.littleEndianWords(Int64.init(bitPattern:)))
      }
  }
}

extension Span<UInt8> {
  @inline(__always)
  fileprivate func littleEndianWord<Word: FixedWidthInteger & UnsignedInteger>(
    at offset: Int, as type: Word.Type
  ) -> Word {
    var word: Word = 0
    for byte in 0..<Word.bitWidth / 8 {
      word |= Word(truncatingIfNeeded: self[offset + byte]) &<< Word(8 * byte)
    }
    return word
  }

  @inline(__always)
  fileprivate func littleEndianWords<Word: FixedWidthInteger & UnsignedInteger, Value>(
    _ value: (Word) -> Value
  ) -> [Value] {
    let size = Word.bitWidth / 8
    return [Value](capacity: count / size) { output in
      var offset = 0
      while !output.isFull {
        output.append(value(littleEndianWord(at: offset, as: Word.self)))
        offset += size
      }
    }
  }
}
