import FlyingFox
import FlyingSocks
import FoundationEssentials
import Glibc
import Reports

/// The HTTP server of the pages.
struct PageServer {
  let pages: Pages
  let port: UInt16

  /// Serves until its task is canceled.
  func run() async throws {
    let address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
    let handler = ClosureHTTPHandler { [pages] request in
      let path = request.path.split(separator: "/").map(String.init)
      return switch pages.answer(to: PageRequest(path: path)) {
      case .page(let page): HTTPResponse(statusCode: .ok, body: Data(page.markup.utf8))
      case .file(let file): HTTPResponse(statusCode: .ok, body: Data(file.bytes))
      case .missing(let page):
        HTTPResponse(statusCode: .notFound, body: Data(page.markup.utf8))
      case .unavailable(let page):
        HTTPResponse(statusCode: .serviceUnavailable, body: Data(page.markup.utf8))
      }
    }
    let server = HTTPServer(address: address, logger: .disabled, handler: handler)
    try await server.run()
  }
}
