import FlyingSocks
import FoundationEssentials
import Glibc

/// Accepts clients and joins each with the HTTP server behind, within limits.
///
/// FlyingFox has no limits on the size of a request's line and headers, on the number of connections, or on the time that a
/// client takes; it reads its sockets itself, and ends as a whole where the system has no more files. So it listens at a
/// socket in a private folder, and this stands in between. No HTTP is read here: whether a request was answered shows in
/// bytes that come back.
actor ClientRelay {
  private let listener: AsyncSocket
  private let server: sockaddr_un
  private let pool: any AsyncSocketPool
  private let limits: ConnectionLimits
  private var connections: [Int: ClientConnection] = [:]
  private var connectionCount = 0

  /// The time between two looks at the deadlines of connections.
  private static let lookTime = Duration.milliseconds(500)
  /// The errors of the system after which others can be accepted: of the client's connection (accept(2)), or for want of room.
  private static let clientErrors: Set<Int32> = [
    ECONNABORTED, EINTR, EPROTO, EPERM, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
    EOPNOTSUPP, ENETUNREACH,
  ]
  private static let roomErrors: Set<Int32> = [EMFILE, ENFILE, ENOBUFS, ENOMEM]

  /// Joins the clients of `listener` with the HTTP server at `server`.
  init(
    _ listener: AsyncSocket, to server: sockaddr_un, _ pool: any AsyncSocketPool,
    _ limits: ConnectionLimits
  ) {
    self.listener = listener
    self.server = server
    self.pool = pool
    self.limits = limits
  }

  /// Accepts clients until its task is canceled, and then closes all.
  ///
  /// - Throws: `CancellationError`, or `SocketError` where no client can be accepted any more.
  func run() async throws {
    let keeper = Task {
      while !Task.isCancelled {
        try await Task.sleep(for: Self.lookTime)
        self.endLateConnections()
      }
    }
    defer {
      keeper.cancel()
      for connection in connections.values { connection.cancel() }
    }
    while true {
      do {
        let client = try await listener.accept()
        await makeRoom()
        try await join(client)
      } catch SocketError.failed(_, let number, _) where Self.roomErrors.contains(number) {
        await endOldestConnection()
        try await Task.sleep(for: .milliseconds(10))
      } catch SocketError.failed(_, let number, _) where Self.clientErrors.contains(number) {
        continue
      }
    }
  }

  private func join(_ client: AsyncSocket) async throws {
    do {
      // The head and the body of an answer are written one after the other, without waiting for the client to say that it has the first.
      try client.socket.setValue(
        true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
      // A client that lost its network is gone after half a minute, not a quarter of an hour.
      try client.socket.setValue(
        30_000, for: Int32SocketOption(level: Int32(IPPROTO_TCP), name: TCP_USER_TIMEOUT))
      let behind = try AsyncSocket(socket: Socket(domain: AF_UNIX), pool: pool)
      do {
        try await behind.connect(to: server)
      } catch {
        try? behind.close()
        throw error
      }
      let connection = ClientConnection(client: client, server: behind, limits)
      let number = connectionCount
      connectionCount += 1
      connections[number] = connection
      connection.start { await self.remove(number) }
    } catch {
      try? client.close()
      throw error
    }
  }

  private func remove(_ number: Int) { connections[number] = nil }

  private func endLateConnections() {
    let now = ContinuousClock.now
    for connection in connections.values where connection.progress.deadline <= now {
      connection.cancel()
    }
  }

  private func makeRoom() async {
    while connections.count >= limits.connections { await endOldestConnection() }
  }

  /// Ends the connection that has waited longest without any answer or, where each had one, for the next part of one.
  private func endOldestConnection() async {
    let oldest = connections.values.map { ($0, $0.progress) }.min {
      ($0.1.hasAnswer ? 1 : 0, $0.1.answeredAt) < ($1.1.hasAnswer ? 1 : 0, $1.1.answeredAt)
    }
    guard let oldest = oldest?.0 else { return }
    oldest.cancel()
    await oldest.wait()
  }
}
