/// A response as a client received it.
struct ReceivedResponse: Sendable {
  /// The status code.
  let status: Int
  /// The headers, their names in lower case.
  let headers: [String: String]
  /// The body.
  var body: [UInt8] = []

  /// The body as text.
  var text: String { String(decoding: body, as: UTF8.self) }

  /// Reads the lines of a head; nil where they are no head of HTTP/1.1.
  init?(head: String) {
    let lines = head.split(separator: "\r\n")
    guard let status = lines.first?.split(separator: " "), status.count > 1,
      status[0] == "HTTP/1.1", let code = Int(status[1])
    else { return nil }
    self.status = code
    headers = Dictionary(
      lines.dropFirst().map { line in
        let parts = line.split(separator: ":", maxSplits: 1)
        return (parts[0].lowercased(), parts.count > 1 ? String(parts[1].drop { $0 == " " }) : "")
      }, uniquingKeysWith: { "\($0), \($1)" })
  }
}
