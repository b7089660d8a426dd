import RunStore

/// The events of one page, and the browsers that show it at the same position.
struct LiveFeed {
  private var updates: LiveUpdates
  private(set) var viewers: [Int: AsyncStream<[UInt8]>.Continuation]
  /// The sentence that the viewers were told about why there are no events; nil where there are.
  private var complaint: String?

  /// Begins for one viewer.
  init(_ updates: LiveUpdates, viewer: Int, _ parts: AsyncStream<[UInt8]>.Continuation) {
    self.updates = updates
    viewers = [viewer: parts]
  }

  /// Whether `other` is of the same page at the same position.
  func isEqual(to other: LiveFeed) -> Bool {
    updates.request == other.updates.request && updates.position == other.updates.position
      && complaint == other.complaint
  }

  /// Takes the viewers of an equal feed over.
  mutating func absorb(_ other: LiveFeed) {
    viewers.merge(other.viewers) { own, _ in own }
  }

  /// Removes a viewer that has gone.
  mutating func remove(_ viewer: Int) { viewers[viewer] = nil }

  /// Sends what is new.
  mutating func send(from database: RunDatabase) {
    do {
      let events = try updates.next(in: database)
      complaint = nil
      if !events.isEmpty { send(EventText.text(of: events)) }
    } catch {
      complain("\(error)")
    }
  }

  /// Sends why there are no events, once.
  mutating func complain(_ sentence: String) {
    guard sentence != complaint else { return }
    complaint = sentence
    send(EventText.text(of: [.unavailable(sentence, at: updates.position)]))
  }

  /// Sends that the page has to be loaded anew.
  mutating func sendReload() {
    complaint = nil
    send(EventText.text(of: [.reload(at: updates.position)]))
  }

  /// Sends a part to each viewer; one that has too many parts waiting is ended, and comes back from where it was.
  mutating func send(_ part: [UInt8]) {
    for (viewer, parts) in viewers {
      if case .enqueued = parts.yield(part) { continue }
      parts.finish()
      viewers[viewer] = nil
    }
  }

  /// Ends the streams of all viewers.
  func finish() { for parts in viewers.values { parts.finish() } }
}
