/// A gzip file (RFC 1952) of stored, uncompressed blocks: an encoder that owes nothing to zlib.
func gzipBytes(_ bytes: [UInt8]) -> [UInt8] {
  var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var start = 0
  repeat {
    let end = min(bytes.count, start + 65_535)
    let length = UInt16(end - start)
    output.append(end == bytes.count ? 1 : 0)
    for word in [length, ~length] { output += [UInt8(word & 255), UInt8(word >> 8)] }
    output += bytes[start..<end]
    start = end
  } while start < bytes.count
  for word in [crc32(bytes), UInt32(bytes.count)] {
    output += (0..<4).map { UInt8(word >> (8 * $0) & 255) }
  }
  return output
}

/// A gzip file that inflates to `start` and `repetitions` times 258 bytes like its last one.
///
/// One block of fixed Huffman codes (RFC 1951, section 3.2.6); the check sum after it is wrong.
func gzipBomb(start: [UInt8], repetitions: Int) -> [UInt8] {
  var output: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
  var bits = 0
  var bitCount = 0
  func append(code: Int, length: Int) {
    for shift in (0..<length).reversed() {
      bits |= (code >> shift & 1) << bitCount
      bitCount += 1
      if bitCount == 8 {
        output.append(UInt8(bits))
        (bits, bitCount) = (0, 0)
      }
    }
  }
  append(code: 0b110, length: 3)
  for byte in start { append(code: 0b0011_0000 + Int(byte), length: 8) }
  for _ in 0..<repetitions { append(code: 0b1100_0101_00000, length: 13) }
  append(code: 0, length: 14)
  return output + [0, 0, 0, 0, 0, 0, 0, 0]
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~UInt32(0)) { sum, byte in
    (0..<8).reduce(sum ^ UInt32(byte)) { sum, _ in sum >> 1 ^ (sum & 1) &* 0xEDB8_8320 }
  }
}
