import FlyingSocks

/// The body of an event stream: what is sent to one browser, part by part.
struct EventStream: AsyncBufferedSequence {
  typealias Element = UInt8

  /// The parts, which end where the browser is too slow or the server stops.
  let parts: AsyncStream<[UInt8]>

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(parts: parts.makeAsyncIterator()) }

  struct AsyncIterator: AsyncBufferedIteratorProtocol {
    fileprivate var parts: AsyncStream<[UInt8]>.Iterator
    private var rest: ArraySlice<UInt8> = []

    fileprivate init(parts: AsyncStream<[UInt8]>.Iterator) { self.parts = parts }

    mutating func next() async -> UInt8? { await nextBuffer(suggested: 1)?.first }

    mutating func nextBuffer(suggested count: Int) async -> ArraySlice<UInt8>? {
      if rest.isEmpty {
        guard let part = await parts.next() else { return nil }
        rest = part[...]
      }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count)
    }
  }
}
