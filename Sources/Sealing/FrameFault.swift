/// The reason why stored bytes are no frame.
package struct FrameFault: Error, Equatable {
  /// A sentence without its subject, such as "has a wrong checksum".
  package let reason: String
}
