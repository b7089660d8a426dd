import RunStore

/// What happened in the database since a page was drawn: the events of its stream.
///
/// A browser opens at most six connections to a server, streams included: a page that is hidden should close its stream
/// and open it again, from where it was, when it is shown.
struct LiveUpdates: Sendable {
  /// The page.
  let request: PageRequest
  /// The position up to which the page has everything, as the page or the newest event says it.
  private(set) var position: String

  /// Begins where a page is.
  ///
  /// - Parameters:
  ///   - request: the page, as it was asked for.
  ///   - position: the position that the page carries, or that of the last event that it received; nil where the request
  ///     gives none. It comes from the network and may be any text.
  init(for request: PageRequest, since position: String?) {
    self.request = request
    self.position = position ?? ""
  }

  /// The new events, with the newest position in the last; none where nothing changed that the page shows.
  ///
  /// It is called after each commit to the database, at most five times a second, and every five seconds in any case,
  /// because a recorder that is killed commits nothing.
  ///
  /// - Throws: `StoreError`.
  mutating func next(in database: RunDatabase) throws -> [LiveEvent] { [] }
}
