import FlyingFox
import FlyingSocks

/// A body after which the connection is closed, because what the client sent is not read to its end.
///
/// FlyingFox keeps a connection open whatever the answer says, and would take the rest of a body for the next request. An error
/// in place of the end makes it close.
struct ClosingBody: AsyncBufferedSequence {
  typealias Element = UInt8

  /// The end.
  struct Closing: Error {}

  let bytes: [UInt8]

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: bytes[...]) }

  struct AsyncIterator: AsyncBufferedIteratorProtocol {
    fileprivate var rest: ArraySlice<UInt8>

    mutating func next() throws -> UInt8? {
      guard let byte = rest.popFirst() else { throw Closing() }
      return byte
    }

    mutating func nextBuffer(suggested count: Int) throws -> ArraySlice<UInt8>? {
      guard !rest.isEmpty else { throw Closing() }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
  }
}
