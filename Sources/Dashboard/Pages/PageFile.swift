/// A file that the server sends.
struct PageFile: Sendable {
  /// Its contents.
  let bytes: [UInt8]
  /// Its media type, such as `image/svg+xml`.
  let type: String
  /// The name under which a browser saves it; nil where it is shown in the page or used by it.
  var downloadName: String?
  /// Whether its address changes with its contents, so that a browser keeps it for a year.
  var isImmutable = false
}
