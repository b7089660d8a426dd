import Glibc
import RunModel
import RunStore
import TestSupport
import Testing

@testable import Dashboard

@Suite("The signals that stop the program", .timeLimit(.minutes(60)))
struct StopSignalTests {
  @Test("Each ends it, with streams open, with code 0", arguments: [SIGINT, SIGTERM])
  func streams(signal: Int32) async throws {
    let runs = try ShownRuns()
    let run = try runs.finished("bn")
    let server = try StartedCommand(
      CommandRun.productPath("normscope-serve"), ["--db", runs.database.path])
    var words = ""
    while server.isRunning, !words.hasSuffix("\n") {
      try await Task.sleep(for: .milliseconds(10))
      words = try server.output()
    }
    let port = try #require(
      words.wholeMatch(of: /http:\/\/127\.0\.0\.1:([0-9]+)\/\n/).flatMap { UInt16($0.output.1) })
    var clients: [TestClient] = []
    defer { for client in clients { client.close() } }
    for page in ["", "events", "runs/\(run.uuid)", "runs/\(run.uuid)"] {
      clients.append(try await TestClient.watching("/live/\(page)", port))
    }
    server.send(signal)
    while server.isRunning { try await Task.sleep(for: .milliseconds(10)) }
    let end = try server.wait()
    #expect(end.exitCode == 0)
    #expect(end.output == words && end.errorOutput == "")
    for client in clients { #expect(await client.isClosed()) }
  }
}
