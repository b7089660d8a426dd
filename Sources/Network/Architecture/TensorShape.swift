/// The shape of one example at some place in a network: an image with channels, or plain features.
///
/// A batch of them is a `Matrix` of [batch · height · width, channels]: a row for each position of each image,
/// so that a column is a channel. Plain features are images of one position.
package struct TensorShape: Sendable, Equatable {
  /// The number of rows of an image.
  package let height: Int
  /// The number of columns of an image.
  package let width: Int
  /// The number of numbers at each position.
  package let channels: Int

  /// An image of `height` x `width` positions.
  package init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// `count` plain features.
  package init(features count: Int) {
    self.init(height: 1, width: 1, channels: count)
  }

  /// The number of positions.
  package var positions: Int { height * width }
  /// The dimensions, the channels first: [channels, height, width], or [features] of plain features.
  package var dimensions: [Int] { positions == 1 ? [channels] : [channels, height, width] }
  /// The number of numbers.
  package var features: Int { positions * channels }
}
