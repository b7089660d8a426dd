/// The address of a store: the path of a file, or the URL of a central store.
package enum StoreAddress {
  /// Whether a text names a central store, not a file.
  package static func isCentral(_ text: String) -> Bool {
    ["postgresql://", "postgres://"].contains { text.hasPrefix($0) }
  }

  /// A URL without its password.
  package static func shown(_ url: String) -> String {
    guard let start = url.firstRange(of: "://")?.upperBound else { return url }
    let end = url[start...].firstIndex { "/?".contains($0) } ?? url.endIndex
    var (host, rest) = (String(url[start..<end]), String(url[end...]))
    if let at = host.lastIndex(of: "@"), let colon = host[..<at].firstIndex(of: ":") {
      host.removeSubrange(colon..<at)
    }
    if let query = rest.firstIndex(of: "?") {
      let kept = rest[rest.index(after: query)...].split(separator: "&")
        .filter { !$0.hasPrefix("password=") && !$0.hasPrefix("sslpassword=") }
      rest = rest[..<query] + (kept.isEmpty ? "" : "?" + kept.joined(separator: "&"))
    }
    return url[..<start] + host + rest
  }

  /// Whether a URL holds a password.
  package static func holdsPassword(_ url: String) -> Bool { shown(url) != url }
}
