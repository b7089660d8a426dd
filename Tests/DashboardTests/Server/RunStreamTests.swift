import FoundationEssentials
import Glibc
import RunModel
import RunStore
import TestSupport
import Testing

@testable import Dashboard

@Suite("The event stream of a run's page", .timeLimit(.minutes(60)))
struct RunStreamTests {
  let runs: ShownRuns
  let server: RunningServer

  init() throws {
    runs = try ShownRuns()
    server = try RunningServer(runs.database.path)
  }

  /// What the page of a run answers.
  private func page(_ run: Run) async throws -> ReceivedResponse {
    try await server.get("/runs/\(run.uuid)")
  }

  /// The stream of the page of a run from where the page is, as its script asks for it.
  private func follow(_ run: Run) async throws -> TestClient {
    let match = try await page(run).text.firstMatch(
      of: /data-live="([^"]*)"[^>]*data-position="([^"]*)"/)
    let (_, live, position) = try #require(match).output
    return try await TestClient.watching("\(live)?since=\(position)", server.port)
  }

  /// Expects the loss of `step`, and no other, as the next points of the training loss.
  private func expectPoint(_ step: Int, _ client: TestClient) async throws {
    let event = try await client.event("points", with: "\"training loss\"")
    #expect(event.contains("\"points\": [[\(step), \(2 * exp(-Double(step) / 20))]]"), "\(event)")
  }

  /// Expects `gone` as the next event, and that the page is missing.
  private func expectGone(_ run: Run, _ client: TestClient) async throws {
    let event = try await client.event()
    #expect(event.name == "gone" && event.lines.contains(run.uuid), "\(event)")
    let page = try await page(run)
    #expect(page.status == 404 && page.text.contains(run.uuid))
  }

  @Test("Each step arrives after its commit")
  func steps() async throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let client = try await follow(runs.database.run("bn"))
    defer { client.close() }
    for step in 20..<23 {
      try runs.record(step..<step + 1, recorder)
      try await expectPoint(step, client)
    }
    try recorder.end(.finished)
  }

  @Test("The end of the run arrives, its resumption, and the steps that are recorded again")
  func resumed() async throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    let client = try await follow(run)
    defer { client.close() }
    try recorder.end(.finished)
    _ = try await client.event("part", with: " finished")
    #expect(try await page(run).text.contains("> finished<"))

    let again = try RunRecorder(database: runs.database, resuming: run, from: 10)
    // Its lines have fewer points.
    #expect(try await client.event("stale").contains("\"lines\""))
    #expect(try await page(run).text.contains("> running<"))
    try runs.record(10..<11, again)
    try await expectPoint(10, client)
    try again.end(.finished)
    _ = try await client.event("part", with: " finished")
  }

  @Test("A run that is deleted, and then purged, is gone, and its page missing")
  func purged() async throws {
    let run = try runs.finished("bn")
    let other = try runs.finished("other")
    let client = try await follow(run)
    defer { client.close() }
    try runs.database.delete([run])
    try await expectGone(run, client)
    try runs.database.purge(run)
    let again = try await TestClient.watching("/live/runs/\(run.uuid)", server.port)
    defer { again.close() }
    try await expectGone(run, again)
    let list = try await server.get("/").text
    #expect(list.contains(other.uuid) && !list.contains(run.uuid))
  }

  @Test("A file that vanishes is said, and when it is back, steps arrive again")
  func vanished() async throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    let client = try await follow(run)
    defer { client.close() }
    // With its log, at once.
    let (path, away) = (runs.folder.path, runs.folder.path + "-away")
    try FileManager.default.moveItem(atPath: path, toPath: away)
    let sentence = "There is no database at"
    _ = try await client.event("unavailable", with: sentence)
    let missing = try await page(run)
    #expect(missing.status == 503 && missing.text.contains(sentence))
    #expect(missing.headers["retry-after"] == "2")
    try FileManager.default.moveItem(atPath: away, toPath: path)
    _ = try await client.event("reload")
    #expect(try await page(run).status == 200)
    try runs.record(20..<21, recorder)
    try await expectPoint(20, client)
    try recorder.end(.finished)
  }

  @Test("A file that another replaces has the pages of that one")
  func replaced() async throws {
    let recorder = try runs.recorder("bn")
    try runs.record(0..<20, recorder)
    let run = try runs.database.run("bn")
    let client = try await follow(run)
    defer { client.close() }
    // Now the server has opened it.
    try runs.record(20..<21, recorder)
    try await expectPoint(20, client)
    try recorder.end(.finished)
    let other = try ShownRuns()
    try other.finished("other")
    let (path, away) = (runs.folder.path, runs.folder.path + "-away")
    defer { try? FileManager.default.removeItem(atPath: away) }
    try FileManager.default.moveItem(atPath: path, toPath: away)
    try FileManager.default.moveItem(atPath: other.folder.path, toPath: path)
    _ = try await client.event("reload")
    try await expectGone(run, client)
    let database = try RunDatabase(path: path + "/runs.db", for: .record)
    let otherRun = try database.run("other")
    let viewer = try await follow(otherRun)
    defer { viewer.close() }
    try database.delete([otherRun])
    try await expectGone(otherRun, viewer)
  }
}
