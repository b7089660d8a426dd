import FlyingFox
import FoundationEssentials

/// What answers the requests of the HTTP server: judges them, and has pages and event streams made.
struct PageHandler: HTTPHandler {
  let pages: Pages
  let streams: LiveStreams
  let requestGuard: RequestGuard
  /// The time in which a page is made.
  let pageTime: Duration
  private let threads = PageThreads()

  /// Answers with the pages and the streams of a database.
  init(pages: Pages, streams: LiveStreams, requestGuard: RequestGuard, pageTime: Duration) {
    self.pages = pages
    self.streams = streams
    self.requestGuard = requestGuard
    self.pageTime = pageTime
  }

  func handleRequest(_ request: HTTPRequest) async -> HTTPResponse {
    var response = await response(to: request)
    PageResponse.addPolicies(&response)
    if request.method == .HEAD { PageResponse.dropBody(&response) }
    return response
  }

  private func response(to request: HTTPRequest) async -> HTTPResponse {
    guard [HTTPMethod.GET, .HEAD].contains(request.method) else {
      return PageResponse.refusal(
        .methodNotAllowed, "This server only shows; ask with GET or HEAD.",
        [HTTPHeader("Allow"): "GET, HEAD"])
    }
    guard Self.hasNoBody(request) else {
      return PageResponse.refusal(.payloadTooLarge, "A request to this server has no body.")
    }
    guard ["HTTP/1.0", "HTTP/1.1"].contains(request.version.rawValue) else {
      return PageResponse.refusal(.httpVersionNotSupported, "This server speaks HTTP/1.1.")
    }
    let address = request.target.rawValue
    guard address.utf8.count <= RequestTarget.longest else {
      return PageResponse.refusal(.uriTooLong, "The address is too long.")
    }
    guard var page = RequestTarget(address)?.page else {
      return PageResponse.refusal(.badRequest, "The address is malformed.")
    }
    let token = page.takeValue("token")
    switch requestGuard.verdict(on: request.headers, token: token) {
    case .allowed: break
    case .foreignHost:
      return PageResponse.refusal(
        .misdirectedRequest,
        "This server is not known as that host; ask for localhost or its address in numbers, or name the host when it is started."
      )
    case .foreignPage:
      return PageResponse.refusal(.forbidden, "A page of another server may not ask this one.")
    case .unknown: return PageResponse.unknown(page)
    }
    if let token, requestGuard.token != nil {
      return PageResponse.redirect(
        to: page.address,
        cookie: "\(requestGuard.cookieName)=\(token); HttpOnly; SameSite=Strict; Path=/")
    }
    if page.path.first == "live" {
      page.path.removeFirst()
      let since = request.headers[HTTPHeader("Last-Event-ID")] ?? page.takeValue("since")
      return PageResponse.stream(
        request.method == .HEAD ? nil : streams.stream(for: page, since: since))
    }
    return PageResponse.response(for: await answer(to: page))
  }

  private func answer(to page: PageRequest) async -> PageAnswer {
    await threads.value(within: pageTime, else: pages.lateAnswer) { [pages] in
      pages.answer(to: page)
    }
  }

  private static func hasNoBody(_ request: HTTPRequest) -> Bool {
    request.headers[.transferEncoding] == nil
      && [nil, "0"].contains(request.headers[.contentLength])
  }
}
