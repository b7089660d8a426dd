import Testing

@testable import NormscopeCommand

@Suite("The time between two pushes")
struct RunPushingTests {
  @Test(
    "It is a second, less after a long push, and no less than the push took",
    arguments: [
      (0, 1_000), (200, 1_000), (300, 1_000), (400, 800), (500, 600), (600, 600), (5_000, 5_000),
    ])
  func pause(milliseconds: Int, pause: Int) {
    #expect(RunPushing.pause(after: .milliseconds(milliseconds)) == .milliseconds(pause))
  }
}
