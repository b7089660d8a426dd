import Ingest
import RunModel
import Safetensors
import ShiftAnalysis
import TestSupport

/// A stream that a program sends, and what comes of it.
struct SentStream {
  /// The bytes.
  private(set) var bytes: [UInt8] = []

  /// A stream of lines.
  init(_ lines: String...) { bytes = lines.flatMap { Array("\($0)\n".utf8) } }

  /// A stream of lines, and then these bytes.
  init(lines: [String], rest: [UInt8] = []) {
    bytes = lines.flatMap { Array("\($0)\n".utf8) } + rest
  }

  /// A stream of frames.
  init(frames: [[UInt8]]) { bytes = frames.flatMap { $0 } }

  /// A frame with a message and its columns.
  static func frame(_ message: String, _ columns: [(String, SafetensorsFile.Values)] = [])
    -> [UInt8]
  {
    SafetensorsFile(
      tensors: columns.map { .init(name: $0.0, shape: [$0.1.count], values: $0.1) },
      metadata: ["message": message]
    ).encoded()
  }

  /// Records the stream into `store`.
  ///
  /// - Returns: the run, if one began.
  /// - Throws: `StreamError`, or `StoreError`.
  @discardableResult
  func record(
    into store: some RunRecording, by chunkBytes: Int = .max, raisesAlarms: Bool = false
  ) throws -> Run? {
    var uuid: String?
    var recording = StreamRecording(isResuming: false) { message in
      let recorder = try store.begin(NewRun(name: message.name, tags: message.tags))
      uuid = recorder.uuid
      return RecordingStart(recorder: recorder, watch: RunWatch(raisesAlarms: raisesAlarms))
    }
    var reader = MessageReader(ChunkedSource(bytes, by: chunkBytes), bufferBytes: 64)
    while let message = try reader.next() { try recording.record(message, at: reader.place) }
    try recording.requireEnd()
    return try uuid.map { try store.run($0) }
  }

  /// The sentence with which the stream is refused; nil where it is not.
  func refusal(by chunkBytes: Int = .max) throws -> String? {
    do {
      try record(into: RunArrays(), by: chunkBytes)
      return nil
    } catch let error as StreamError {
      return error.description
    }
  }
}
