import FlyingFox
import FoundationEssentials
import Reports

/// The responses of the server.
enum PageResponse {
  /// The bytes of a body that are written at once.
  private static let bufferBytes = 64 << 10

  /// The response for an answer of the pages.
  static func response(for answer: PageAnswer) -> HTTPResponse {
    switch answer {
    case .page(let page): response(.ok, page)
    case .missing(let page): response(.notFound, page)
    case .unavailable(let page):
      response(.serviceUnavailable, page, [HTTPHeader("Retry-After"): "2"])
    case .file(let file): response(for: file)
    }
  }

  private static func response(
    _ status: HTTPStatusCode, _ page: HTML, _ headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    var headers = headers
    headers[.contentType] = "text/html; charset=utf-8"
    return HTTPResponse(statusCode: status, headers: headers, body: body(page.markup.utf8))
  }

  private static func response(for file: PageFile) -> HTTPResponse {
    var headers: HTTPHeaders = [.contentType: file.type]
    if let name = file.downloadName {
      headers[.contentDisposition] = "attachment; filename*=UTF-8''\(PageLink.encoded(name))"
    }
    if file.isImmutable { headers[.cacheControl] = "private, max-age=31536000, immutable" }
    // A picture opened by itself has its own style, and nothing else.
    if file.type.hasPrefix("image/svg") {
      headers[policy] =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    }
    return HTTPResponse(statusCode: .ok, headers: headers, body: body(file.bytes))
  }

  private static func body(_ bytes: some Collection<UInt8>) -> HTTPBodySequence {
    HTTPBodySequence(data: Data(bytes), suggestedBufferSize: bufferBytes)
  }

  /// A response that says in a sentence why there is no other, and closes the connection.
  static func refusal(
    _ status: HTTPStatusCode, _ sentence: String, _ headers: HTTPHeaders = [:]
  ) -> HTTPResponse {
    let bytes = Array((sentence + "\n").utf8)
    var headers = headers
    headers[.contentType] = "text/plain; charset=utf-8"
    headers[.connection] = "close"
    return HTTPResponse(
      statusCode: status, headers: headers,
      body: HTTPBodySequence(from: ClosingBody(bytes: bytes), count: bytes.count))
  }

  /// A response to a browser without the token, which may have it after all: a browser keeps a strict cookie back on the way
  /// from a page of another server, and sends it on the way from this one.
  static func unknown(_ page: PageRequest) -> HTTPResponse {
    response(
      .unauthorized,
      """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8"><title>Normscope</title></head>
      <body><p>Open the address with the token that the program printed when it was started. If this browser has done so, \
      <a href="\(page.address)">go on</a>.</p></body></html>

      """)
  }

  /// A response that sets a cookie and leads to an address of this server.
  static func redirect(to address: String, cookie: String) -> HTTPResponse {
    let headers: HTTPHeaders = [.location: address, .setCookie: cookie]
    return HTTPResponse(statusCode: .seeOther, headers: headers)
  }

  /// The response with the events of `stream`; without them where there is none.
  static func stream(_ stream: EventStream?) -> HTTPResponse {
    let headers: HTTPHeaders = [.contentType: "text/event-stream"]
    return HTTPResponse(
      statusCode: .ok, headers: headers,
      body: stream.map { HTTPBodySequence(from: $0) } ?? HTTPBodySequence())
  }

  private static let policy = HTTPHeader("Content-Security-Policy")

  /// Adds what keeps browsers from doing more with a response than to show it.
  static func addPolicies(_ response: inout HTTPResponse) {
    let policies: [(HTTPHeader, String)] = [
      (
        policy,
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
          + "base-uri 'none'; frame-ancestors 'none'"
      ),
      (HTTPHeader("X-Content-Type-Options"), "nosniff"), (HTTPHeader("X-Frame-Options"), "DENY"),
      (HTTPHeader("Referrer-Policy"), "no-referrer"),
      (HTTPHeader("Cross-Origin-Resource-Policy"), "same-origin"),
      (HTTPHeader("Cross-Origin-Opener-Policy"), "same-origin"), (.cacheControl, "no-store"),
    ]
    for (header, value) in policies where response.headers[header] == nil {
      response.headers[header] = value
    }
  }

  /// Leaves the headers alone, with the length of the body.
  static func dropBody(_ response: inout HTTPResponse) {
    guard case .httpBody(let body) = response.payload else { return }
    if let count = body.count { response.headers[.contentLength] = "\(count)" }
    response.payload = .httpBody(HTTPBodySequence())
  }
}
