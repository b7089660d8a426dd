import FoundationEssentials
import RunModel
import RunStore
import TestSupport
import Testing

@testable import Dashboard

@Suite("The server", .timeLimit(.minutes(60)))
struct PageServerTests {
  static let missing = "/nowhere/runs.db"

  @Test("A page comes with the policies that keep a browser from doing more than to show it")
  func page() async throws {
    let server = try RunningServer(Self.missing)
    let response = try await server.get("/")
    #expect(response.text.hasPrefix("<!DOCTYPE html>"))
    #expect(response.headers["content-type"] == "text/html; charset=utf-8")
    let policy = try #require(response.headers["content-security-policy"])
    #expect(policy.hasPrefix("default-src 'none'; "))
    for part in [
      "style-src 'self'", "script-src 'self'", "img-src 'self'", "connect-src 'self'",
      "frame-ancestors 'none'",
    ] {
      #expect(policy.contains(part))
    }
    #expect(!policy.contains("unsafe"))
    #expect(response.headers["x-content-type-options"] == "nosniff")
    #expect(response.headers["referrer-policy"] == "no-referrer")
    #expect(response.headers["cache-control"] == "no-store")
    #expect(response.headers["x-frame-options"] == "DENY")
    #expect(response.headers["cross-origin-resource-policy"] == "same-origin")
  }

  @Test("A refusal has the same policies", arguments: ["/%", "/nowhere"])
  func policies(address: String) async throws {
    let response = try await RunningServer(Self.missing).get(address)
    #expect(response.status >= 400)
    #expect(response.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
  }

  @Test(
    "Nothing but GET and HEAD is answered",
    arguments: ["POST", "PUT", "DELETE", "OPTIONS", "TRACE"])
  func methods(method: String) async throws {
    let server = try RunningServer(Self.missing)
    let response = try await server.get("/", method: method)
    #expect(response.status == 405)
    #expect(response.headers["allow"] == "GET, HEAD")
  }

  @Test("A method that nobody knows is refused, and what follows it is no request")
  func unknownMethod() async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    let request = "GET /nowhere HTTP/1.1\r\nHost: \(server.host)\r\n\r\n"
    try await client.send(request)
    #expect(try await client.response().status == 404)
    try await client.send(
      "FETCH / HTTP/1.1\r\nHost: \(server.host)\r\nTransfer-Encoding: chunked\r\n\r\n\(request)")
    let text = await client.rest()
    #expect(text.hasPrefix("HTTP/1.1 501 "))
    #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
  }

  /// A server of a database with a run, and addresses of each kind of answer with a length.
  static func servedRun() throws -> (runs: ShownRuns, server: RunningServer, addresses: [String]) {
    let runs = try ShownRuns()
    let run = try runs.finished("bn")
    return (
      runs, try RunningServer(runs.database.path),
      [
        "/runs/\(run.uuid)", "/figures/loss.csv?run=\(run.uuid)", PageAssets.style.address,
        "/nowhere", "/%",
      ]
    )
  }

  @Test("A client that comes before the server is ready on a busy machine gets its answer")
  func lateStart() async throws {
    let server = try RunningServer(Self.missing, on: LatePool())
    #expect(try await server.get("/nowhere").status == 404)
  }

  @Test("HEAD has the headers of GET and no body")
  func head() async throws {
    let served = try Self.servedRun()
    let server = served.server
    for address in served.addresses {
      let get = try await server.get(address)
      let client = try await TestClient(server.port)
      defer { client.close() }
      try await client.request(
        address, ["Host": server.host, "Connection": "close"], method: "HEAD")
      let text = await client.rest()
      #expect(text.hasSuffix("\r\n\r\n"))
      let head = try #require(ReceivedResponse(head: text))
      #expect(head.status == get.status)
      #expect(head.headers["content-length"] == String(get.body.count))
      let headers = [head, get].map { $0.headers.filter { $0.key != "connection" } }
      #expect(headers[0] == headers[1], "\(address)")
    }
  }

  @Test("A range is answered by the whole")
  func range() async throws {
    let served = try Self.servedRun()
    let server = served.server
    for address in served.addresses {
      let whole = try await server.get(address)
      let response = try await server.get(address, ["Range": "bytes=0-3"])
      #expect(response.status == whole.status)
      #expect(response.body == whole.body)
      #expect(response.headers["content-range"] == nil)
    }
  }

  @Test("Requests one after the other in one piece are answered in turn")
  func pipelining() async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    let paths = ["/", "/nowhere", "/", "/nowhere", "/"]
    try await client.send(
      paths.map { "GET \($0) HTTP/1.1\r\nHost: \(server.host)\r\n\r\n" }.joined())
    let first = try await server.get("/").status
    for path in paths {
      #expect(try await client.response().status == (path == "/" ? first : 404))
    }
  }

  @Test("A request in single bytes is answered")
  func bytes() async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    for byte in "GET /nowhere HTTP/1.1\r\nHost: \(server.host)\r\n\r\n".utf8 {
      try await client.send([byte])
    }
    #expect(try await client.response().status == 404)
  }

  @Test("A client that ends its side gets its answer, and the end")
  func halfClosed() async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    try await client.request("/nowhere", ["Host": server.host])
    client.endSending()
    let text = await client.rest()
    #expect(text.hasPrefix("HTTP/1.1 404 "))
    #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
  }

  @Test("HTTP/1.0 is answered and closed, other versions are refused")
  func versions() async throws {
    let server = try RunningServer(Self.missing)
    for (version, status) in [
      ("HTTP/1.0", 404), ("HTTP/2.0", 505), ("HTTP/0.9", 505), ("nonsense", 505),
    ] {
      let client = try await TestClient(server.port)
      defer { client.close() }
      try await client.send("GET /nowhere \(version)\r\nHost: \(server.host)\r\n\r\n")
      #expect(await client.rest().hasPrefix("HTTP/1.1 \(status) "), "\(version)")
    }
  }

  @Test(
    "A body is refused, and what follows it is no request",
    arguments: ["Content-Length: 44", "Transfer-Encoding: chunked", "Content-Length: 99999999999"])
  func body(header: String) async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    let hidden = "GET /nowhere HTTP/1.1\r\nHost: \(server.host)\r\n\r\n"
    let chunk = header.hasPrefix("T") ? "0\r\n\r\n" : ""
    try await client.send(
      "GET / HTTP/1.1\r\nHost: \(server.host)\r\n\(header)\r\n\r\n\(chunk)\(hidden)\(hidden)")
    let text = await client.rest()
    #expect(text.hasPrefix("HTTP/1.1 413 "))
    #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2)
  }

  @Test(
    "What is no request is answered by 400",
    arguments: [
      "\r\n\r\n", "nonsense\r\n\r\n", "GET\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\r\n",
      "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
      "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
    ])
  func malformed(text: String) async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    try await client.send(text)
    client.endSending()
    #expect(await client.rest().hasPrefix("HTTP/1.1 400 "))
  }

  @Test("Bytes that are no text are answered by 400")
  func noText() async throws {
    let server = try RunningServer(Self.missing)
    let client = try await TestClient(server.port)
    defer { client.close() }
    try await client.send(Array("GET /".utf8) + [0xFF, 0xC0] + Array(" HTTP/1.1\r\n\r\n".utf8))
    #expect(await client.rest().hasPrefix("HTTP/1.1 400 "))
  }

  @Test("Another host and another page are refused")
  func foreign() async throws {
    let server = try RunningServer(Self.missing)
    #expect(try await server.get("/", ["Host": "evil.example"]).status == 421)
    #expect(try await server.get("/", ["Origin": "http://evil.example"]).status == 403)
    let named = try RunningServer(Self.missing, hostNames: ["Proxy.example"])
    #expect(try await named.get("/nowhere", ["Host": "proxy.example"]).status == 404)
  }

  @Test(
    "An address that other machines can reach wants the token, once in an address and then as a cookie"
  )
  func token() async throws {
    let server = try RunningServer(Self.missing, address: "0.0.0.0")
    let token = try #require(server.server.url.split(separator: "=").last)
    #expect(server.server.url.hasSuffix(":\(server.port)/?token=\(token)"))
    #expect(token.count == 64)
    #expect(try await server.get("/nowhere").status == 401)
    #expect(try await server.get("/live/").status == 401)
    #expect(
      try await server.get("/nowhere?token=\(token.reversed().map(String.init).joined())").status
        == 401)

    let redirect = try await server.get("/nowhere?a=b&token=\(token)&c=d")
    #expect(redirect.status == 303)
    #expect(redirect.headers["location"] == "/nowhere?a=b&c=d")
    let cookie = try #require(redirect.headers["set-cookie"])
    let parts = cookie.components(separatedBy: "; ")
    #expect(
      parts == ["normscope-\(server.port)=\(token)", "HttpOnly", "SameSite=Strict", "Path=/"])
    #expect(try await server.get("/nowhere", ["Cookie": parts[0]]).status == 404)
  }

  @Test("The address that leads on is one of this server")
  func redirection() async throws {
    let server = try RunningServer(Self.missing, address: "0.0.0.0")
    let token = try #require(server.server.url.split(separator: "=").last)
    let response = try await server.get("//evil.example/%2F?token=\(token)")
    #expect(response.headers["location"] == "/evil.example/%2F")
  }

  @Test("Loopback has no token")
  func loopback() async throws {
    let server = try RunningServer(Self.missing)
    #expect(server.server.url == "http://127.0.0.1:\(server.port)/")
    #expect(try await server.get("/nowhere?token=x").status == 404)
  }

  @Test("A port that is taken and an address of another machine are told apart")
  func refusedAddresses() throws {
    let server = try RunningServer(Self.missing)
    let pages = Pages(databasePath: Self.missing)
    let taken = #expect(throws: StartError.self) {
      try PageServer(pages: pages, address: #require(ListenAddress("127.0.0.1")), port: server.port)
    }
    #expect(taken?.exitStatus == 75)
    #expect(taken?.description.contains("127.0.0.1:\(server.port)") == true)
    let foreign = #expect(throws: StartError.self) {
      try PageServer(pages: pages, address: #require(ListenAddress("192.0.2.1")), port: 0)
    }
    #expect(foreign?.exitStatus == 64)
  }
}
