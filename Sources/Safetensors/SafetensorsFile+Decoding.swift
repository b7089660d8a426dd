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
    self.init(header, data: span.extracting(dataStart...))
  }

  /// Reads the tensors that `header` describes.
  ///
  /// - Precondition: `data` has the header's number of bytes.
  package init(_ header: SafetensorsHeader, data: borrowing Span<UInt8>) {
    precondition(data.count == header.dataLength, "The data are not those of the header.")
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
      case .float32: .float32(data.words32(Float.init(bitPattern:)))
      case .int32: .int32(data.words32(Int32.init(bitPattern:)))
      case .int64: .int64(data.words64(Int64.init(bitPattern:)))
      }
  }
}

extension Span<UInt8> {
  /// The unsigned number in the bytes from `offset` on.
  @inline(__always)
  package func littleEndianWord<Word: FixedWidthInteger & UnsignedInteger>(
    at offset: Int, as type: Word.Type
  ) -> Word {
    var word: Word = 0
    for byte in 0..<Word.bitWidth / 8 {
      word |= Word(truncatingIfNeeded: self[offset + byte]) &<< Word(8 * byte)
    }
    return word
  }

  /// The words of four bytes; with the four written out the compiler loads a word at once.
  @inline(__always)
  fileprivate func words32<Value>(_ value: (UInt32) -> Value) -> [Value] {
    [Value](capacity: count / 4) { output in
      for index in 0..<count / 4 {
        let start = 4 &* index
        precondition(start >= 0 && start &+ 3 < count)
        output.append(
          value(
            UInt32(self[start]) | UInt32(self[start &+ 1]) &<< 8 | UInt32(self[start &+ 2]) &<< 16
              | UInt32(self[start &+ 3]) &<< 24))
      }
    }
  }

  @inline(__always)
  fileprivate func words64<Value>(_ value: (UInt64) -> Value) -> [Value] {
    [Value](capacity: count / 8) { output in
      for index in 0..<count / 8 {
        output.append(value(littleEndianWord(at: 8 * index, as: UInt64.self)))
      }
    }
  }
}
