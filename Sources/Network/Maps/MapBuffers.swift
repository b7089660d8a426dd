/// The scratch space of a layer's map for one block of examples, in reused buffers; empty for a map that needs none.
package struct MapBuffers: Sendable {
  /// The windows of a block, a row for each output position.
  var windows = Matrix.empty
  /// The gradient of these windows.
  var windowGradients = Matrix.empty
  /// An image with a border of zeros.
  var borderedImage: [Float] = []
}
