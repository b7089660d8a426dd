import TestSupport
import Testing

@Suite("normscope health")
struct HealthCommandTests {
  @Test("A run that collapsed has an event, and --fail exits with 3; a sound run does not")
  func fail() throws {
    let place = try RecordedFolder()
    let common = [
      "record", "--layers", "8", "--steps", "20", "--activation", "relu", "--norm", "none",
    ]
    try place.normscope(common + ["--name", "sound"])
    let sound = try place.attempt(["health", "sound", "--fail"])
    #expect(sound.exitCode == 0 && sound.output.hasPrefix("sound after step "))
    #expect(sound.output.contains(": healthy."))
    // Weights of 0 give every example the same preactivation.
    try place.normscope(common + ["--name", "dead", "--init", "normal:1e-9"])
    let dead = try place.attempt(["health", "dead", "--fail"])
    #expect(dead.exitCode == 3 && dead.output.contains("are dead: nothing passes."))
    #expect(try place.attempt(["health", "dead"]).exitCode == 0)
    let events = try AnswerDocument(
      json: place.normscope(["events", "dead", "--format", "json"]).output)
    #expect(events.texts(of: "kind").contains("collapsed"))
    #expect(events.finding.first?.contains("collapsed") == true)
  }
}
