/// The time after which a link that says nothing counts as cut, at either end.
struct LinkTimeout {
  /// In milliseconds.
  private let time: Int

  /// The `tcp_user_timeout` of a URL, else 30 s.
  init(of url: String) {
    let values = url.split { "?&".contains($0) }.compactMap { part in
      part.hasPrefix("tcp_user_timeout=") ? Int(part.drop { $0 != "=" }.dropFirst()) : nil
    }
    time = values.last.flatMap { $0 > 0 ? $0 : nil } ?? 30_000
  }

  // An idle end asks the other, and is not answered, for as long.
  private var idle: Int { max(1, time / 3_000) }
  private var interval: Int { max(1, time / 6_000) }
  private static let probes = 4

  /// The settings of this end, each the name that libpq has for it and its value.
  var settings: [(String, String)] {
    [
      ("tcp_user_timeout", "\(time)"), ("keepalives_idle", "\(idle)"),
      ("keepalives_interval", "\(interval)"), ("keepalives_count", "\(LinkTimeout.probes)"),
    ]
  }

  /// The statements that make them those of the server's end.
  var statements: String {
    """
    SET tcp_user_timeout TO \(time); SET tcp_keepalives_idle TO \(idle);
    SET tcp_keepalives_interval TO \(interval); SET tcp_keepalives_count TO \(LinkTimeout.probes)
    """
  }
}
