import FlyingFox

/// The rules on who may ask: a browser that shows a page of this server, and knows the token where there is one.
struct RequestGuard: Sendable {
  /// The token; nil where only this machine can connect.
  let token: AccessToken?
  /// The port, which the name of the cookie has: cookies do not distinguish the servers of one host by their ports.
  let port: UInt16
  /// The names under which the server may be asked for beside those of loopback, in lower case.
  let hostNames: Set<String>

  /// The name of the cookie that holds the token.
  var cookieName: String { "normscope-\(port)" }

  /// Whether a request comes from where it should.
  enum Verdict: Equatable {
    case allowed
    /// It is for another host, which a name's owner may have pointed here (DNS rebinding).
    case foreignHost
    /// A page of another server asks.
    case foreignPage
    /// It has no token, or a wrong one.
    case unknown
  }

  /// Judges the headers of a request, and what it gives as the token in its address.
  func verdict(on headers: HTTPHeaders, token given: String?) -> Verdict {
    guard let host = headers[.host], allows(host: host) else { return .foreignHost }
    guard isOwnPage(headers, host: host) else { return .foreignPage }
    guard let token else { return .allowed }
    let candidates = given.map { [$0[...]] } ?? cookies(headers)
    // All are compared, so that their order does not show in the time either.
    return candidates.filter(token.matches).isEmpty ? .unknown : .allowed
  }

  /// Whether a host may be asked for: this machine, an address in numbers, or a name given to the server.
  ///
  /// Only a registered name can be pointed to a machine that is not its owner's. The port is free, because ssh forwards another
  /// one.
  private func allows(host: String) -> Bool {
    guard let name = Self.name(ofHost: host) else { return false }
    return name == "localhost" || hostNames.contains(name) || Self.isNumeric(name)
  }

  /// The name of `host` without its port, in lower case; nil where it is malformed.
  private static func name(ofHost host: String) -> String? {
    let text = host.lowercased()
    let end =
      text.first == "["
      ? text.firstIndex(of: "]").map(text.index(after:)) : text.firstIndex(of: ":")
    let name = text[..<(end ?? text.endIndex)]
    let port = text[name.endIndex...]
    let isPort = port.count > 1 && port.first == ":" && port.dropFirst().allSatisfy(\.isASCIIDigit)
    guard !name.isEmpty, port.isEmpty || isPort else { return nil }
    return String(name)
  }

  /// Whether a name is an address: four numbers of IPv4, or one of IPv6 in brackets.
  private static func isNumeric(_ name: String) -> Bool {
    if name.first == "[", name.last == "]" {
      return name.dropFirst().dropLast().allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
    let numbers = name.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4
      && numbers.allSatisfy { $0.allSatisfy(\.isASCIIDigit) && UInt8($0) != nil }
  }

  /// Whether the browser says that a page of this server asks, or the person at it; other programs say nothing.
  ///
  /// A link on a page of another server is followed: that page learns nothing of the answer.
  private func isOwnPage(_ headers: HTTPHeaders, host: String) -> Bool {
    if let origin = headers[HTTPHeader("Origin")] {
      guard
        ["http://\(host)", "https://\(host)"].contains(where: {
          $0.lowercased() == origin.lowercased()
        })
      else { return false }
    }
    switch headers[HTTPHeader("Sec-Fetch-Site")]?.lowercased() {
    case nil, "same-origin", "none": return true
    default:
      return headers[HTTPHeader("Sec-Fetch-Mode")]?.lowercased() == "navigate"
        && headers[HTTPHeader("Sec-Fetch-Dest")]?.lowercased() == "document"
    }
  }

  private func cookies(_ headers: HTTPHeaders) -> [Substring] {
    (headers[.cookie] ?? "").split(separator: ";").compactMap { cookie in
      let cookie = cookie.drop { $0 == " " }
      return cookie.hasPrefix(cookieName + "=") ? cookie.dropFirst(cookieName.count + 1) : nil
    }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
