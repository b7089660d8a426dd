import FlyingFox
import FlyingSocks
import TestSupport
import Testing

@testable import Dashboard

/// The server of the pages, run in this process beside a test.
final class RunningServer: Sendable {
  let server: PageServer
  private let task: Task<Void, any Error>

  /// Limits that no test on a busy machine reaches by accident.
  static var patient: ConnectionLimits {
    var limits = ConnectionLimits()
    let day = Duration.seconds(24 * 3600)
    (limits.requestTime, limits.idleTime) = (day, day)
    (limits.writingTime, limits.closingTime) = (day, day)
    (limits.pageTime, limits.answerTime) = (day, day)
    return limits
  }

  /// Serves the database at `path` on a free port of loopback.
  init(
    _ path: String, address: String = "127.0.0.1", hostNames: Set<String> = [],
    _ limits: ConnectionLimits = RunningServer.patient,
    on pool: some AsyncSocketPool = HTTPServer.defaultPool()
  ) throws {
    let server = try PageServer(
      pages: Pages(databasePath: path), address: try #require(ListenAddress(address)), port: 0,
      hostNames: hostNames, limits)
    self.server = server
    task = Task { try await server.run(on: pool) }
  }

  deinit { task.cancel() }

  /// Its port.
  var port: UInt16 { server.port }
  /// The value of a `Host` header for it.
  var host: String { "127.0.0.1:\(port)" }

  /// Ends it, and waits for its end.
  func stop() async {
    task.cancel()
    _ = await task.result
  }

  /// What it answers a request.
  func get(_ address: String, _ headers: [String: String] = [:], method: String = "GET")
    async throws
    -> ReceivedResponse
  {
    let client = try await TestClient(port)
    defer { client.close() }
    try await client.request(address, ["Host": host].merging(headers) { $1 }, method: method)
    return try await client.response(isHead: method == "HEAD")
  }
}
