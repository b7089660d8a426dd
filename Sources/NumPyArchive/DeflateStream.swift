import CZlib

/// A deflate stream without a header, as entries of a ZIP archive have it, and the CRC-32 of what it compressed.
@safe
struct DeflateStream: ~Copyable {
  /// The CRC-32 of the bytes so far.
  private(set) var checksum: UInt32 = 0
  /// The number of bytes so far.
  private(set) var byteCount = 0
  /// The number of compressed bytes that were passed on.
  private(set) var compressedCount = 0
  // zlib keeps the address of its stream, which therefore may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  private let buffer: UnsafeMutableBufferPointer<UInt8>

  /// Makes an empty stream of a compression level from 1 to 9.
  init(level: Int32) {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    unsafe buffer = .allocate(capacity: 1 << 16)
    let code = unsafe deflateInit2_(
      stream, level, Z_DEFLATED, -MAX_WBITS, MAX_MEM_LEVEL - 1, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "zlib cannot begin a stream of level \(level): code \(code).")
    provideRoom()
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
    unsafe buffer.deallocate()
  }

  /// Compresses the bytes of numbers as they are in memory; compressed bytes go to `output`, some of them later.
  ///
  /// - Throws: what `output` throws.
  mutating func append(
    _ numbers: Span<some BitwiseCopyable>, _ output: ([UInt8]) throws -> Void
  ) throws {
    // Numbers have no padding.
    var rest = unsafe numbers.bytes
    while rest.byteCount > 0 {
      // zlib counts in 32 bits.
      let piece = rest.extracting(first: 1 << 30)
      rest = rest.extracting(droppingFirst: piece.byteCount)
      try unsafe piece.withUnsafeBytes { bytes in
        let input = unsafe UnsafeMutablePointer(
          mutating: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self))
        checksum = unsafe UInt32(crc32(UInt(checksum), input, UInt32(bytes.count)))
        byteCount += bytes.count
        unsafe stream.pointee.next_in = unsafe input
        unsafe stream.pointee.avail_in = UInt32(bytes.count)
        while unsafe stream.pointee.avail_in > 0 {
          unsafe deflate(stream, Z_NO_FLUSH)
          try passOn(output)
        }
      }
    }
  }

  /// Ends the stream, after which its counts are final.
  ///
  /// - Throws: what `output` throws.
  mutating func finish(_ output: ([UInt8]) throws -> Void) throws {
    while unsafe deflate(stream, Z_FINISH) != Z_STREAM_END { try passOn(output) }
    try passOn(output, isLast: true)
  }

  /// Begins the next stream.
  mutating func reset() {
    unsafe deflateReset(stream)
    (checksum, byteCount, compressedCount) = (0, 0, 0)
  }

  /// Passes the buffer to `output` where it is full or the last one.
  private mutating func passOn(_ output: ([UInt8]) throws -> Void, isLast: Bool = false) throws {
    let room = unsafe Int(stream.pointee.avail_out)
    guard room == 0 || isLast else { return }
    let count = unsafe buffer.count - room
    try output(unsafe Array(buffer[..<count]))
    compressedCount += count
    provideRoom()
  }

  private func provideRoom() {
    unsafe stream.pointee.next_out = unsafe buffer.baseAddress
    unsafe stream.pointee.avail_out = UInt32(buffer.count)
  }
}
