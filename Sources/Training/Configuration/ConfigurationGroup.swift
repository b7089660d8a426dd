/// A group of configuration keys, which help texts list together.
package enum ConfigurationGroup: Sendable {
  /// The data and the network.
  case network
  /// The normalization of hidden layers.
  case normalization
  /// The loss, the optimizer and the learning rate.
  case training
  /// The measurements and the records.
  case measurement
}
