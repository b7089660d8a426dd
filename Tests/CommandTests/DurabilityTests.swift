import TestSupport
import Testing

@Suite("What a record survives")
struct DurabilityTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  @Test("A run tells what its steps survive", arguments: ["process", "full"])
  func provenance(durability: String) throws {
    try place.normscope(
      ["record", "--layers", "4", "--steps", "3", "--durability", durability, "--name", "run"])
    let shown = try place.normscope(["show", "run"]).output
    #expect(shown.contains("provenance.durability"))
    #expect(
      shown.split(separator: "\n").contains {
        $0.hasPrefix("provenance.durability") && $0.hasSuffix(" \(durability)")
      })
    #expect(!shown.contains("dropped_steps"))
  }

  @Test("Another word is a mistake on the command line")
  func unknown() throws {
    let run = try place.attempt(["record", "--durability", "some"])
    #expect(run.exitCode == 64)
    #expect(run.errorOutput.contains("process|full"))
  }

  @Test("A file that may not grow ends the run with exit code 74, and says which steps it cost")
  func noRoom() throws {
    // Without the signal of a file that is too large, writing it is refused as on a full disk.
    let script = """
      trap '' XFSZ; ulimit -f 8000
      exec "$0" record --layers 64,64 --steps 100000 --probe 0 --name run
      """
    let run = try CommandRun(
      "bash", ["-c", script, CommandRun.productPath("normscope")], in: place.folder.path,
      environment: RecordedFolder.environment)
    #expect(run.exitCode == 74)
    #expect(run.errorOutput.split(separator: "\n").count == 1)
    #expect(run.errorOutput.contains("runs.db"))
    let details = try place.details(of: "run")
    #expect(["failed", "interrupted"].contains(details.status))
    #expect(details.steps > 0)
    #expect(details.dropped_steps > 0 || details.status == "interrupted")
  }
}
