import CentralStore
import Glibc
import RunModel
import RunStore

/// Pushes of one run, again and again while it is recorded.
struct RunPushing {
  private let uuid: String
  private let source: RunDatabase
  private let url: String
  private var store: CentralDatabase?
  /// The first step of which records may not have been pushed; nil before the first push.
  private var next: Int?
  private var isCutOff = false

  /// The time between two pushes of which the last one took `duration`.
  ///
  /// What is recorded waits at most this long and two pushes: less than two seconds, unless a push then took more than half of
  /// the time.
  static func pause(after duration: Duration) -> Duration {
    max(duration, min(.seconds(1), .milliseconds(1_600) - duration * 2))
  }

  /// The number of steps before the newest whose records may still come.
  private static let margin = 2 * StepBlock.shortest

  /// Prepares to push `run` of a file to the store at a URL.
  init(_ run: Run, of source: RunDatabase, to url: String) {
    (uuid, self.source, self.url) = (run.uuid, source, url)
  }

  /// Pushes what comes until the run ends or a signal stops this process, and then the rest.
  ///
  /// - Throws: `StoreError`; while the run goes on, a store that cannot be reached is tried again.
  mutating func follow() throws {
    _ = StopSignal.watched()
    while true {
      let start = ContinuousClock.now
      let isOver = try !source.run(uuid: uuid).mayGrow || StopSignal.hasCome
      do {
        try push(isLast: isOver)
        if isOver { return }
        isCutOff = false
      } catch let error as StoreError where [.inputOutput, .busy].contains(error.kind) && !isOver {
        if !isCutOff { Terminal.say("\(error.description) It is tried again.") }
        isCutOff = true
        store = nil
      }
      let now = ContinuousClock.now
      let end = now + RunPushing.pause(after: now - start)
      while ContinuousClock.now < end && !StopSignal.hasCome { usleep(50_000) }
    }
  }

  private mutating func push(isLast: Bool) throws {
    let store = try self.store ?? CentralDatabase(url: url, for: .push)
    self.store = store
    next = try source.snapshot {
      let run = try source.run(uuid: uuid)
      if let next, !isLast {
        try store.pushNewest(of: run, from: source, first: next)
      } else {
        try store.push(run, from: source, first: next ?? 0)
      }
      return try max(0, (source.lastStep(of: run)?.step ?? 0) - RunPushing.margin)
    }
  }
}
