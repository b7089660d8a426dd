/// How far a client's connection has come, and the time at which its client has used up its patience.
struct ConnectionProgress {
  private let limits: ConnectionLimits
  /// The bytes of requests since the last byte of an answer, and the time of the first of them.
  private var unanswered: (bytes: Int, since: ContinuousClock.Instant)?
  /// The time from which the client has not taken a part of an answer; nil between parts.
  private var writingSince: ContinuousClock.Instant?
  /// The time at which the client ended its side; nil before.
  private var endedAt: ContinuousClock.Instant?
  /// The time of the newest part of an answer or, before the first, of the connection's beginning.
  private(set) var answeredAt: ContinuousClock.Instant
  /// Whether a part of an answer was sent.
  private(set) var hasAnswer = false

  /// Begins at `now`.
  init(_ limits: ConnectionLimits, at now: ContinuousClock.Instant) {
    self.limits = limits
    answeredAt = now
  }

  /// Whether there is a request, or a part of one, without a part of an answer.
  var isUnanswered: Bool { unanswered != nil }

  /// Whether the requests that wait for an answer are beyond the limit.
  var isTooLarge: Bool { (unanswered?.bytes ?? 0) > limits.requestBytes }

  /// Counts bytes of a request.
  mutating func receive(_ bytes: Int, at now: ContinuousClock.Instant) {
    unanswered = ((unanswered?.bytes ?? 0) + bytes, unanswered?.since ?? now)
  }

  /// Notes that a part of an answer is being sent.
  mutating func beginWriting(at now: ContinuousClock.Instant) {
    (unanswered, writingSince, answeredAt, hasAnswer) = (nil, now, now, true)
  }

  /// Notes that it was sent.
  mutating func endWriting(at now: ContinuousClock.Instant) {
    (writingSince, answeredAt) = (nil, now)
  }

  /// Notes that the client sends no more.
  mutating func end(at now: ContinuousClock.Instant) { endedAt = endedAt ?? now }

  /// The time at which the connection is closed unless something happens.
  var deadline: ContinuousClock.Instant {
    let waiting =
      writingSince.map { $0 + limits.writingTime } ?? unanswered.map {
        $0.since + limits.requestTime
      } ?? answeredAt + limits.idleTime
    return min(waiting, endedAt.map { $0 + limits.closingTime } ?? waiting)
  }
}
