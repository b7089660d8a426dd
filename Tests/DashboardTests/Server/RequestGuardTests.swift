import FlyingFox
import Testing

@testable import Dashboard

@Suite("The guard of requests")
struct RequestGuardTests {
  static let open = RequestGuard(token: nil, port: 8080, hostNames: ["gpu-box"])

  static func verdict(_ headers: [String: String]) -> RequestGuard.Verdict {
    var all = HTTPHeaders()
    for (name, value) in headers { all[HTTPHeader(name)] = value }
    return open.verdict(on: all, token: nil)
  }

  @Test(
    "Loopback, addresses in numbers and the names that were given are hosts, at any port",
    arguments: [
      "localhost", "localhost:9000", "LOCALHOST:80", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3:1",
      "gpu-box:8080", "GPU-box", "[fe80::1]",
    ])
  func hosts(host: String) { #expect(Self.verdict(["Host": host]) == .allowed) }

  @Test(
    "Other names are not",
    arguments: [
      "evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
      "127.0.0.1.nip.io:8080", "", ":8080", "localhost:", "1.2.3", "1.2.3.4.5", "256.1.1.1",
      "localhost:80:80", "localhost:8a", "localhost@evil.example", "[::1", "[::1].evil", "[evil]",
      "١.١.١.١",
    ])
  func otherHosts(host: String) {
    #expect(Self.verdict(["Host": host]) == .foreignHost)
  }

  @Test("A request without a host is refused")
  func noHost() { #expect(Self.verdict([:]) == .foreignHost) }

  @Test(
    "A page of this server, and whoever types an address, may ask; another page only leads here")
  func pages() {
    let host = ["Host": "localhost:8080"]
    func verdict(_ headers: [String: String]) -> RequestGuard.Verdict {
      Self.verdict(host.merging(headers) { $1 })
    }
    #expect(verdict(["Origin": "http://localhost:8080"]) == .allowed)
    #expect(verdict(["Origin": "https://localhost:8080"]) == .allowed)
    for origin in [
      "http://localhost:8081", "http://evil.example", "null", "http://127.0.0.1:8080", "",
    ] {
      #expect(verdict(["Origin": origin]) == .foreignPage)
    }
    for site in ["same-origin", "none"] { #expect(verdict(["Sec-Fetch-Site": site]) == .allowed) }
    for site in ["cross-site", "same-site", "anything"] {
      #expect(verdict(["Sec-Fetch-Site": site]) == .foreignPage)
      let link = [
        "Sec-Fetch-Site": site, "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
      ]
      #expect(verdict(link) == .allowed)
      #expect(verdict(link.merging(["Sec-Fetch-Dest": "iframe"]) { $1 }) == .foreignPage)
      #expect(verdict(link.merging(["Sec-Fetch-Mode": "no-cors"]) { $1 }) == .foreignPage)
    }
  }

  @Test("With a token, the cookie or the address must have it")
  func token() throws {
    let token = AccessToken()
    let guarding = RequestGuard(token: token, port: 8080, hostNames: [])
    func verdict(cookie: String?, given: String? = nil) -> RequestGuard.Verdict {
      var headers: HTTPHeaders = [.host: "10.0.0.1:8080"]
      headers[.cookie] = cookie
      return guarding.verdict(on: headers, token: given)
    }
    #expect(verdict(cookie: nil) == .unknown)
    #expect(verdict(cookie: nil, given: token.text) == .allowed)
    #expect(verdict(cookie: nil, given: String(token.text.dropLast())) == .unknown)
    #expect(verdict(cookie: nil, given: "") == .unknown)
    #expect(verdict(cookie: "normscope-8080=\(token.text)") == .allowed)
    #expect(verdict(cookie: "a=b; normscope-8080=\(token.text); c=d") == .allowed)
    #expect(verdict(cookie: "normscope-8080=old; normscope-8080=\(token.text)") == .allowed)
    #expect(verdict(cookie: "normscope-8081=\(token.text)") == .unknown)
    #expect(verdict(cookie: "xnormscope-8080=\(token.text)") == .unknown)
    #expect(verdict(cookie: "normscope-8080=\(token.text)0") == .unknown)
    // What the address says counts, so that a wrong link shows.
    #expect(verdict(cookie: "normscope-8080=\(token.text)", given: "wrong") == .unknown)
  }
}
