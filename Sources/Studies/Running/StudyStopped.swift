/// A stop on request before a study was recorded and measured.
package struct StudyStopped: Error {
  /// Says so.
  package init() {}
}
