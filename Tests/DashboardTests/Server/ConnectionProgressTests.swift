import Testing

@testable import Dashboard

@Suite("The progress of a connection")
struct ConnectionProgressTests {
  static let start = ContinuousClock.now
  static let limits = ConnectionLimits()

  @Test("Requests are counted up to the first part of their answer")
  func bytes() {
    var progress = ConnectionProgress(Self.limits, at: Self.start)
    progress.receive(16 << 10, at: Self.start)
    #expect(!progress.isTooLarge)
    progress.receive(1, at: Self.start)
    #expect(progress.isTooLarge)
    progress.beginWriting(at: Self.start)
    #expect(!progress.isUnanswered)
    progress.receive(16 << 10, at: Self.start)
    #expect(!progress.isTooLarge)
  }

  @Test("The deadline is that of what the client owes")
  func deadlines() {
    var progress = ConnectionProgress(Self.limits, at: Self.start)
    #expect(progress.deadline == Self.start + Self.limits.idleTime)
    progress.receive(1, at: Self.start + .seconds(1))
    progress.receive(1, at: Self.start + .seconds(2))
    #expect(progress.deadline == Self.start + .seconds(1) + Self.limits.requestTime)
    progress.beginWriting(at: Self.start + .seconds(3))
    #expect(progress.deadline == Self.start + .seconds(3) + Self.limits.writingTime)
    progress.endWriting(at: Self.start + .seconds(4))
    #expect(progress.deadline == Self.start + .seconds(4) + Self.limits.idleTime)
    progress.end(at: Self.start + .seconds(5))
    progress.end(at: Self.start + .seconds(6))
    #expect(progress.deadline == Self.start + .seconds(5) + Self.limits.closingTime)
  }
}
