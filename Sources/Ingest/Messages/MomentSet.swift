/// The moments in a message.
package enum MomentSet: Sendable {
  /// Moments by the names of their tensors.
  case named([String: MomentVectors])
  /// Moments as the columns of a frame.
  case columns(MomentColumns)
}
