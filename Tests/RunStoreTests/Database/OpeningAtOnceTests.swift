import RunModel
import RunStore
import TestSupport
import Testing

@Suite("Opening at once")
struct OpeningAtOnceTests {
  @Test("Eight connections that make one database at the same time all get it, and record into it")
  func freshFile() async throws {
    for _ in 0..<15 {
      let folder = try TemporaryFolder()
      let path = folder.file("shared.db")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for index in 0..<8 {
          group.addTask {
            let database = try RunDatabase(path: path, for: .record)
            let recorder = try RunRecorder(database: database, run: NewRun(name: "run-\(index)"))
            try recorder.end(.finished)
          }
        }
        try await group.waitForAll()
      }
      let runs = try RunDatabase(path: path, for: .read).runs()
      #expect(Set(runs.map(\.name)) == Set((0..<8).map { "run-\($0)" }))
    }
  }
}
