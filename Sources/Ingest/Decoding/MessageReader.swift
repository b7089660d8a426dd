import Safetensors
import StrictJSON

/// A reader of the messages of a stream, one after the other, in memory that is as large as the largest message.
package struct MessageReader<Source: MessageSource> {
  private var source: Source
  private let mostBytes: Int
  /// Bytes of the stream; those of `unread` are read and belong to messages to come.
  private var buffer: [UInt8]
  private var unread = 0..<0
  private var isAtEnd = false
  private var headers = RepeatedHeaders(metadataKey: "message")
  /// The encoding, once the stream has begun.
  private var encoding: StreamEncoding?
  /// The number of the newest message, from 1: for NDJSON its line.
  package private(set) var number = 0

  /// Reads from `source`.
  ///
  /// - Parameters:
  ///   - source: the stream.
  ///   - bufferBytes: the bytes that are read at once.
  ///   - mostBytes: the most bytes that a message may have.
  package init(
    _ source: Source, bufferBytes: Int = 1 << 18,
    mostBytes: Int = RecordingProtocol.mostMessageBytes
  ) {
    self.source = source
    self.mostBytes = mostBytes
    buffer = [UInt8](repeating: 0, count: bufferBytes)
  }

  /// The name of the newest message in a sentence, such as "line 12".
  package var place: String { (encoding ?? .lines).name(ofMessage: number) }

  /// The next message; nil at the end of the stream.
  ///
  /// - Throws: `StreamError`, or what the source throws.
  package mutating func next() throws -> Message? {
    if encoding == nil {
      while unread.count < 8, try fill() {}
      encoding = StreamEncoding(firstBytes: buffer[unread])
      // Editors of Windows begin a file in UTF-8 with this mark.
      if encoding == .lines, buffer[unread].starts(with: [0xEF, 0xBB, 0xBF]) {
        unread = unread.lowerBound + 3..<unread.upperBound
      }
    }
    return encoding == .frames ? try nextFrame() : try nextLine()
  }

  // MARK: - Lines

  private mutating func nextLine() throws -> Message? {
    while let line = try takeLine() {
      number += 1
      if MessageReader.isBlank(line) { continue }
      guard !line.contains(0) else {
        throw bad(
          MisfitError(
            predicate:
              "is no text, as it has a zero byte; a stream that begins in lines has no frames."))
      }
      guard (try? UTF8Span(validating: line.span)) != nil else {
        throw bad(MisfitError(predicate: "is not text in UTF-8."))
      }
      return try attempt { () throws(MisfitError) in try Message(line) }
    }
    return nil
  }

  /// The bytes of the next line, without its end; nil where there is none.
  private mutating func takeLine() throws -> [UInt8]? {
    var searched = unread.lowerBound
    while true {
      if let end = buffer[searched..<unread.upperBound].firstIndex(of: UInt8(ascii: "\n")) {
        defer { unread = end + 1..<unread.upperBound }
        return Array(buffer[unread.lowerBound..<end])
      }
      let count = unread.count
      if try fill() {
        searched = unread.lowerBound + count
        continue
      }
      guard !unread.isEmpty else { return nil }
      // Without a line break it may be the beginning of a message, unless it is a whole one, or wrong before its end.
      let rest = Array(buffer[unread])
      unread = unread.upperBound..<unread.upperBound
      if MessageReader.isCut(rest) {
        number += 1
        throw cut
      }
      return rest
    }
  }

  private static func isCut(_ line: [UInt8]) -> Bool {
    guard !isBlank(line) else { return false }
    do {
      _ = try JSONValue(parsing: line)
      return false
    } catch {
      return error.isAtEnd
    }
  }

  private static func isBlank(_ line: [UInt8]) -> Bool {
    line.allSatisfy {
      $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r")
    }
  }

  // MARK: - Frames

  private mutating func nextFrame() throws -> Message? {
    guard try require(8) else { return nil }
    number += 1
    let length = buffer.span.littleEndianWord(at: unread.lowerBound, as: UInt64.self)
    guard length <= UInt64(mostBytes - 8) else {
      if let other = otherEncoding { throw bad(MisfitError(predicate: other)) }
      throw bad(
        MisfitError(
          predicate:
            "claims a header of \(length) bytes, where a whole message has at most \(mostBytes >> 20) MiB."
        ))
    }
    let dataStart = 8 + Int(length)
    guard try require(dataStart) else { throw cut }
    let header = try header(in: unread.lowerBound + 8..<unread.lowerBound + dataStart)
    guard header.dataLength <= mostBytes - dataStart else {
      throw bad(
        MisfitError(
          predicate:
            "claims \(header.dataLength) bytes of data, where a whole message has at most \(mostBytes >> 20) MiB."
        ))
    }
    guard try require(dataStart + header.dataLength) else { throw cut }
    let start = unread.lowerBound + dataStart
    let end = start + header.dataLength
    let file = SafetensorsFile(header, data: buffer.span.extracting(start..<end))
    unread = end..<unread.upperBound
    return try attempt { () throws(MisfitError) in
      guard let text = file.metadata["message"], file.metadata.count == 1 else {
        throw MisfitError(
          predicate: #"lacks the metadata "message", or has other metadata beside it."#)
      }
      return try Message(Array(text.utf8), in: file)
    }
  }

  /// The rest of a sentence about text in the place of a frame; nil where there is no text.
  private var otherEncoding: String? {
    let bytes = buffer[unread]
    let brace = UInt8(ascii: "{")
    let beginnings: [[UInt8]] = [[0xFF, 0xFE], [0xFE, 0xFF], [brace, 0], [0, brace]]
    if number == 1 && beginnings.contains(where: { bytes.starts(with: $0) }) {
      return "is text in UTF-16; send it in UTF-8."
    }
    guard bytes.first == brace else { return nil }
    return "is a line of JSON, where the stream began in frames; send the rest in frames."
  }

  private mutating func header(in bytes: Range<Int>) throws(StreamError) -> SafetensorsHeader {
    do {
      return try headers.header(buffer[bytes])
    } catch {
      let fault = error.description
      throw bad(
        MisfitError(
          predicate:
            "is not a safetensors frame: \(fault.prefix(1).lowercased())\(fault.dropFirst())"))
    }
  }

  // MARK: - Bytes

  /// Whether there are `count` unread bytes, after the source was asked for them.
  ///
  /// - Returns: false where the stream ends before the first of them.
  /// - Throws: `StreamError` where it ends within them.
  private mutating func require(_ count: Int) throws -> Bool {
    while unread.count < count {
      guard try fill() else {
        guard unread.isEmpty else {
          // Within the length of a header the next message has begun.
          if count == 8 { number += 1 }
          throw cut
        }
        return false
      }
    }
    return true
  }

  /// Reads more bytes; false at the end of the stream.
  private mutating func fill() throws -> Bool {
    guard !isAtEnd else { return false }
    if unread.isEmpty {
      unread = 0..<0
    } else if unread.lowerBound > 0, unread.upperBound == buffer.count {
      // The start of a message moves to the front.
      let count = unread.count
      for index in 0..<count { buffer[index] = buffer[unread.lowerBound + index] }
      unread = 0..<count
    }
    if unread.upperBound == buffer.count {
      guard buffer.count < mostBytes else {
        number += encoding == .lines ? 1 : 0
        throw bad(
          MisfitError(
            predicate:
              "has no end within \(mostBytes >> 20) MiB, the most that a message may have."
          ))
      }
      buffer.append(contentsOf: repeatElement(0, count: buffer.count))
    }
    let count = try source.read(into: &buffer, from: unread.upperBound)
    unread = unread.lowerBound..<unread.upperBound + count
    isAtEnd = count == 0
    return !isAtEnd
  }

  // MARK: - Errors

  private func attempt<Value>(_ body: () throws(MisfitError) -> Value) throws(StreamError) -> Value
  {
    do {
      return try body()
    } catch {
      throw bad(error)
    }
  }

  private func bad(_ misfit: MisfitError) -> StreamError {
    StreamError(misfit, at: place)
  }

  private var cut: StreamError {
    StreamError(cut: "The stream ends in the middle of \(place); what came before is recorded.")
  }
}
