/// The encoding of a stream of messages.
package enum StreamEncoding: Sendable {
  /// One JSON object a line.
  case lines
  /// One safetensors file after the other.
  case frames

  /// The encoding of a stream that begins with these bytes, up to 8: a frame's length has a zero byte among them, and JSON
  /// text never has.
  init(firstBytes: ArraySlice<UInt8>) {
    self = firstBytes.prefix(8).contains(0) ? .frames : .lines
  }

  /// The name of message `number`, from 1, in a sentence.
  func name(ofMessage number: Int) -> String {
    self == .lines ? "line \(number)" : "message \(number)"
  }
}
