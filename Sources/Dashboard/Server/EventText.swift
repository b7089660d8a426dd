/// The text of an event stream (https://html.spec.whatwg.org/multipage/server-sent-events.html).
enum EventText {
  /// The beginning of a stream: the milliseconds after which a browser asks again when it ends.
  static let start = Array("retry: 1000\n\n".utf8)

  /// A comment, by which both sides notice that the other is gone.
  static let heartbeat = Array(":\n\n".utf8)

  /// The text of events.
  static func text(of events: [LiveEvent]) -> [UInt8] {
    Array(
      events.map { "event: \(line($0.name))\nid: \(line($0.id))\ndata: \(line($0.data))\n\n" }
        .joined().utf8)
  }

  /// The text on one line: a line break would begin another field.
  private static func line(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { "\n\r\0".unicodeScalars.contains($0) ? " " : $0 }))
  }
}
