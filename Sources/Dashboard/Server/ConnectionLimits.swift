import Glibc

/// What a client may take of the server, so that no number of idle, slow or broken ones keeps another from a page.
struct ConnectionLimits: Sendable {
  /// The connections at once: beyond it, the one that has been without an answer for longest is closed for a new one.
  var connections = Self.mostConnections
  /// The bytes of requests that may wait for the first byte of an answer: a request line with its headers.
  var requestBytes = 16 << 10
  /// The time from the first byte of a request to the first byte of its answer.
  var requestTime = Duration.seconds(30)
  /// The time in which a page is made.
  ///
  /// FlyingFox keeps a timer of 750 bytes that long for each request, answered or not.
  var pageTime = Duration.seconds(10)
  /// The time beyond `pageTime` after which FlyingFox answers by itself that something failed.
  var answerTime = Duration.seconds(5)
  /// The time without a request or a part of an answer; on an event stream a heartbeat is such a part.
  var idleTime = Duration.seconds(60)
  /// The time between heartbeats of event streams: comments, by which both sides notice that the other is gone.
  var heartbeatTime = Duration.seconds(15)
  /// The time for which a client may take nothing of what is sent to it.
  var writingTime = Duration.seconds(10)
  /// The time that an answer may still take after its client sends no more.
  var closingTime = Duration.seconds(5)

  /// 256, or what the limit of open files allows: a connection needs three, for the client and for both ends of the one to
  /// the HTTP server behind, which keeps that of an event stream for a while when its client is gone.
  private static var mostConnections: Int {
    let files = sysconf(Int32(_SC_OPEN_MAX))
    return files < 0 ? 256 : min(256, max(8, (files - 64) / 4))
  }
}
