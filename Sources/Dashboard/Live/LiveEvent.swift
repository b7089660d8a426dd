/// An event of a page's stream: what the page adds to its figures.
struct LiveEvent: Hashable, Sendable {
  /// The kind of event, which the page's script listens for; letters, digits and hyphens.
  let name: String
  /// The data: JSON on one line.
  let data: String
  /// The position of the page after it, from which a stream that was cut off is resumed; one line.
  let id: String
}
