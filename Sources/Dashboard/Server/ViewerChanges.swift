/// The browsers that came and went since the thread of the event streams looked last.
struct ViewerChanges {
  /// A feed for each that came.
  var arrivals: [LiveFeed] = []
  /// The numbers of those that went.
  var departures: Set<Int> = []
  /// Whether the server ends.
  var isStopped = false
}
