import FlyingFox
import FlyingSocks

/// Sockets that can be used only after six seconds, as on a machine that is busy with other work.
struct LatePool: AsyncSocketPool {
  private let pool: any AsyncSocketPool = HTTPServer.defaultPool()

  func prepare() async throws {
    try await Task.sleep(for: .seconds(6))
    try await pool.prepare()
  }

  func run() async throws { try await pool.run() }

  func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
    try await pool.suspendSocket(socket, untilReadyFor: events)
  }
}
