import RunStore

/// What the thread of the event streams does: looks for commits to the database, and reads what is new once for equal pages.
struct LiveLook {
  /// The time between two looks.
  static let lookTime = Duration.milliseconds(200)
  /// The most time between two looks, where reading takes long.
  static let longestLookTime = Duration.milliseconds(600)
  /// The time after which the database is opened anew and read without a commit: a killed recorder commits nothing, a newer
  /// program may have changed the schema, and a file opened in a folder where nothing can be written shows no commits.
  static let quietTime = Duration.seconds(5)

  let databasePath: String
  private let heartbeatTime: Duration
  private var feeds: [LiveFeed] = []
  private var database: RunDatabase?
  private var version: Int?
  private var openedAt = ContinuousClock.now
  /// Whether the database could not be read at the last look.
  private var isUnavailable = false
  private var heartbeatAt = ContinuousClock.now

  /// Looks at the database at `databasePath`, which need not exist, and sends a heartbeat each `heartbeatTime`.
  init(databasePath: String, heartbeatTime: Duration) {
    self.databasePath = databasePath
    self.heartbeatTime = heartbeatTime
  }

  /// Takes arrivals and departures up, and sends what is new.
  ///
  /// - Returns: the seconds until the next look; nil where nobody watches.
  mutating func look(_ changes: ViewerChanges) -> Duration? {
    let start = ContinuousClock.now
    let hadFeeds = !feeds.isEmpty
    feeds += changes.arrivals
    for viewer in changes.departures {
      for index in feeds.indices { feeds[index].remove(viewer) }
    }
    feeds.removeAll(where: \.viewers.isEmpty)
    if changes.isStopped {
      for feed in feeds { feed.finish() }
      feeds = []
    }
    guard !feeds.isEmpty else {
      database = nil
      return nil
    }
    if !hadFeeds { heartbeatAt = start }
    read(hasArrivals: !changes.arrivals.isEmpty, at: start)
    if start - heartbeatAt >= heartbeatTime {
      heartbeatAt = start
      for index in feeds.indices { feeds[index].send(EventText.heartbeat) }
    }
    // Reading takes no more than a tenth of the time, unless a step would be late.
    return max(Self.lookTime, min(Self.longestLookTime, (ContinuousClock.now - start) * 9))
  }

  private mutating func read(hasArrivals: Bool, at now: ContinuousClock.Instant) {
    do {
      let database = try openDatabase(at: now)
      let newVersion = try database.dataVersion()
      guard newVersion != version || hasArrivals else { return }
      version = newVersion
      for index in feeds.indices { feeds[index].send(from: database) }
      merge()
    } catch {
      (database, isUnavailable) = (nil, true)
      for index in feeds.indices { feeds[index].complain("\(error)") }
    }
  }

  /// The database that has the path now; viewers of another one learn that they have to load their page anew.
  private mutating func openDatabase(at now: ContinuousClock.Instant) throws -> RunDatabase {
    let isInPlace = database?.isInPlace ?? true
    if let database, isInPlace, now - openedAt < Self.quietTime { return database }
    database = nil
    let opened = try RunDatabase(path: databasePath, for: .read)
    (database, version, openedAt) = (opened, nil, now)
    if !isInPlace || isUnavailable {
      for index in feeds.indices { feeds[index].sendReload() }
    }
    isUnavailable = false
    return opened
  }

  /// Joins the feeds that have become equal.
  private mutating func merge() {
    var merged: [LiveFeed] = []
    for feed in feeds {
      if let index = merged.firstIndex(where: { $0.isEqual(to: feed) }) {
        merged[index].absorb(feed)
      } else {
        merged.append(feed)
      }
    }
    feeds = merged
  }
}
