import Ingest

/// A stream in memory that comes in pieces.
struct ChunkedSource: MessageSource {
  private var rest: ArraySlice<UInt8>
  private let chunkBytes: Int

  /// The stream `bytes` in pieces of `chunkBytes`.
  init(_ bytes: [UInt8], by chunkBytes: Int = .max) {
    rest = bytes[...]
    self.chunkBytes = chunkBytes
  }

  mutating func read(into buffer: inout [UInt8], from start: Int) -> Int {
    let chunk = rest.prefix(min(chunkBytes, buffer.count - start))
    for (offset, byte) in chunk.enumerated() { buffer[start + offset] = byte }
    rest = rest.dropFirst(chunk.count)
    return chunk.count
  }
}
