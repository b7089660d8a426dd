import Ingest
import RunModel
import TestSupport
import Testing

@Suite("The messages of a stream")
struct MessageReaderTests {
  static let begin = #"{"type": "begin", "protocol": 1, "name": "run"}"#
  static let step = #"{"type": "step", "step": 0, "loss": 0.5}"#
  static let end = #"{"type": "end"}"#

  @Test(
    "Lines and frames are told apart by the first bytes, in pieces of any length", arguments: 1...12
  )
  func encodings(chunkBytes: Int) throws {
    let lines = SentStream(Self.begin, "", "  \t\r", Self.step, Self.end)
    let frames = SentStream(frames: [Self.begin, Self.step, Self.end].map { SentStream.frame($0) })
    for stream in [lines, frames] {
      let store = RunArrays()
      let run = try #require(try stream.record(into: store, by: chunkBytes))
      #expect(run.name == "run" && run.status == .finished && run.stepCount == 1)
      #expect(store.lastStep(of: run)?.loss == 0.5)
    }
  }

  @Test("The last line needs no line break; the number of a message counts blank lines")
  func lines() throws {
    let whole = SentStream(lines: [Self.begin, Self.step], rest: Array(Self.end.utf8))
    #expect(try whole.refusal() == nil)
    #expect(
      try SentStream(Self.begin, "", Self.step, Self.step).refusal()
        == "step in line 4 is 0, where step 0 has ended; steps increase.")
  }

  @Test("A stream that is cut anywhere says so, and never reads beyond", arguments: [false, true])
  func cut(isFrames: Bool) throws {
    let messages = [Self.begin, Self.step]
    let parts = messages.map { isFrames ? SentStream.frame($0) : Array("\($0)\n".utf8) }
    let bytes = parts[0] + parts[1]
    // Its first two bytes do not tell a frame from text.
    for count in (isFrames ? 3 : 1)..<bytes.count {
      let sentence = try SentStream(frames: [Array(bytes[..<count])]).refusal()
      let isBetween = count == parts[0].count || (!isFrames && count + 1 == parts[0].count)
      let isWhole = !isFrames && count + 1 == bytes.count
      let number = count <= parts[0].count ? 1 : 2
      #expect(
        sentence
          == (isBetween || isWhole
            ? #"The stream ends without a message of type "end"; what came before is recorded, and the run can be resumed."#
            : "The stream ends in the middle of \(isFrames ? "message" : "line") \(number); what came before is recorded."),
        "\(count) bytes")
    }
  }

  @Test("An empty stream begins no run", arguments: ["", "\n", " \n\n"])
  func empty(text: String) throws {
    #expect(
      try SentStream(frames: [Array(text.utf8)]).refusal()
        == #"The stream ends before it begins a run; its first message is one of type "begin"."#)
  }

  @Test("A mark at the beginning of UTF-8 is skipped, and other text is named")
  func marks() throws {
    let text = Array("\(Self.begin)\n{\"type\": \"end\"}\n".utf8)
    #expect(try SentStream(frames: [[0xEF, 0xBB, 0xBF] + text]).refusal() == nil)
    let wide = text.flatMap { [$0, 0] as [UInt8] }
    #expect(
      try SentStream(frames: [[0xFF, 0xFE] + wide]).refusal()
        == "Message 1 is text in UTF-16; send it in UTF-8.")
    #expect(
      try SentStream(frames: [[0xFE, 0xFF, 0] + Array(wide.dropLast())]).refusal()
        == "Message 1 is text in UTF-16; send it in UTF-8.")
    #expect(
      try SentStream(frames: [SentStream.frame(Self.begin), text]).refusal()
        == "Message 2 is a line of JSON, where the stream began in frames; send the rest in frames."
    )
  }

  @Test("A message ends within 64 MiB, and no claim of more is believed")
  func limits() throws {
    func header(_ length: UInt64) -> [UInt8] {
      (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }
    let begin = SentStream.frame(Self.begin)
    #expect(
      try SentStream(frames: [begin, header(1 << 63)]).refusal()
        == "Message 2 claims a header of 9223372036854775808 bytes, where a whole message has at most 64 MiB."
    )
    let gigabyte =
      #"{"__metadata__":{"message":"{}"},"mean":{"dtype":"F32","shape":[250000000],"data_offsets":[0,1000000000]}}"#
    #expect(
      try SentStream(frames: [begin, header(UInt64(gigabyte.utf8.count)), Array(gigabyte.utf8)])
        .refusal()
        == "Message 2 claims 1000000000 bytes of data, where a whole message has at most 64 MiB.")
    let line = [UInt8](repeating: UInt8(ascii: "["), count: 3 << 20)
    var reader = MessageReader(
      ChunkedSource(Array("\(Self.begin)\n".utf8) + line), mostBytes: 1 << 20)
    _ = try reader.next()
    let error = #expect(throws: StreamError.self) { try reader.next() }
    #expect(
      error?.description
        == "Line 2 has no end within 1 MiB, the most that a message may have.")
  }
}
