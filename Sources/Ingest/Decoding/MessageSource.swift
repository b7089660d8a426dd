/// A source of the bytes of a stream.
package protocol MessageSource {
  /// Reads the next bytes into `buffer` from `start` on, and waits for the first of them.
  ///
  /// - Returns: the number of bytes, at most those that `buffer` has from `start` on; 0 at the end of the stream.
  mutating func read(into buffer: inout [UInt8], from start: Int) throws -> Int
}
