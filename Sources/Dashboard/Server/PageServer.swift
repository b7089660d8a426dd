import FlyingFox
import FlyingSocks
import FoundationEssentials
import Glibc
import SystemPackage

/// The server of the pages of a database.
struct PageServer: Sendable {
  /// The address of its first page, with the token where there is one.
  let url: String
  /// The port on which it listens.
  let port: UInt16
  private let listener: Socket
  private let limits: ConnectionLimits
  private let handler: PageHandler
  private let streams: LiveStreams

  /// Linux's O_PATH, which opens the place of a file and not the file; a constant that Glibc's module does not have.
  private static let place = FileDescriptor.OpenOptions(rawValue: 0o10000000)

  /// The seconds in which FlyingFox must listen, which by itself gives up after five: a busy machine may take longer.
  private static let startTime = 3600.0

  /// Listens on an address: clients wait until `run`.
  ///
  /// - Parameters:
  ///   - pages: the pages.
  ///   - address: the address. One that other machines can connect to takes a token from browsers.
  ///   - port: the port; any free one where it is 0.
  ///   - hostNames: further names under which browsers reach it.
  ///   - limits: what a client may take of it.
  /// - Throws: `StartError`.
  init(
    pages: Pages, address: ListenAddress, port: UInt16, hostNames: Set<String> = [],
    _ limits: ConnectionLimits = ConnectionLimits()
  ) throws(StartError) {
    let (socket, port) = try address.listen(port: port)
    let token = address.isLoopback ? nil : AccessToken()
    var hostNames = Set(hostNames.map { $0.lowercased() })
    var host = address.host
    if !address.isLoopback {
      let name = ProcessInfo.processInfo.hostName.lowercased()
      hostNames.formUnion([name, String(name.prefix { $0 != "." })])
      if address.isWildcard { host = name }
    }
    streams = LiveStreams(databasePath: pages.databasePath, limits)
    handler = PageHandler(
      pages: pages, streams: streams,
      requestGuard: RequestGuard(token: token, port: port, hostNames: hostNames),
      pageTime: limits.pageTime)
    url = "http://\(host):\(port)/" + (token.map { "?token=\($0.text)" } ?? "")
    listener = socket
    self.port = port
    self.limits = limits
  }

  /// Serves until its task is canceled, on sockets that wait in `pool`.
  ///
  /// - Throws: `CancellationError`, or what the system says where it cannot go on.
  func run(on pool: some AsyncSocketPool = HTTPServer.defaultPool()) async throws {
    // A client that is gone is an error of the write, not the end of the program.
    signal(SIGPIPE, SIG_IGN)
    defer {
      streams.stop()
      try? listener.close()
    }
    let temporary = FileManager.default.temporaryDirectory
    // The address of a socket has no room for a long path.
    let usual = temporary.path.utf8.count > 60 ? URL(filePath: "/tmp") : temporary
    let folder = usual.appending(
      path: "normscope-serve-\(UInt64.random(in: .min ... .max))", directoryHint: .isDirectory)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "http").path
    let http = HTTPServer(
      config: HTTPServer.Configuration(
        address: sockaddr_un.unix(path: path),
        timeout: (limits.pageTime + limits.answerTime) / .seconds(1), pool: pool, logger: .disabled),
      handler: handler)
    try await withThrowingTaskGroup(of: Void.self) { [limits, listener] group in
      group.addTask { try await http.run() }
      group.addTask {
        try await http.waitUntilListening(timeout: Self.startTime)
        // The socket is reached through an open file, so that no name of it is left, however this process ends.
        let place = try FileDescriptor.open(
          FilePath(path), .readOnly, options: Self.place)
        defer { try? place.close() }
        try FileManager.default.removeItem(at: folder)
        let relay = ClientRelay(
          try AsyncSocket(socket: listener, pool: pool),
          to: .unix(path: "/proc/self/fd/\(place.rawValue)"), pool, limits)
        try await relay.run()
      }
      defer { group.cancelAll() }
      try await group.next()
    }
  }
}
