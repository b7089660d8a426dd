/// A convolution with windows of 3 x 3 positions and a border of zeros.
///
/// It is written as a matrix product: each window is a row of [9 · input channels] numbers, window row by window row,
/// and the weights are [9 · input channels, output channels].
package struct Convolution: LayerMap {
  /// The side of a window.
  private static let windowSide = 3

  package static let kind = "convolution"
  package let input: TensorShape
  package let output: TensorShape
  /// The distance from one window to the next, in positions.
  package let stride: Int

  /// Makes a convolution to `channels` channels, with a border of one zero on each side.
  package init(input: TensorShape, channels: Int, stride: Int) {
    precondition(stride > 0, "Windows cannot lie \(stride) positions apart.")
    self.input = input
    self.stride = stride
    output = TensorShape(
      height: (input.height - 1) / stride + 1, width: (input.width - 1) / stride + 1,
      channels: channels)
  }

  package var weightShape: [Int] {
    [Convolution.windowSide, Convolution.windowSide, input.channels, output.channels]
  }

  package var fanOut: Int { Convolution.windowSide * Convolution.windowSide * output.channels }

  package var examplesPerBlock: Int? {
    let numbersOfAnImage = output.positions * (weightRows + output.channels)
    return max(1, 65536 / numbersOfAnImage)
  }

  package func buffers(examples: Int, computesGradients: Bool) -> MapBuffers {
    let windows = Matrix(rows: examples * output.positions, columns: weightRows)
    return MapBuffers(
      windows: windows, windowGradients: computesGradients ? windows : .empty,
      borderedImage: Array(repeating: 0, count: borderedImageSize))
  }

  package func forward(
    _ batch: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into preactivation: inout Matrix
  ) {
    gatherWindows(of: examples, in: batch, by: &buffers.borderedImage, into: &buffers.windows)
    kernel.multiply(
      buffers.windows.rows(0..<examples.count * output.positions), weights.operand,
      into: &preactivation, firstElement: examples.lowerBound * output.features)
  }

  package func addWeightGradient(
    to weightGradient: inout Matrix, _ gradient: Matrix, _ batch: Matrix, examples: Range<Int>,
    kernel: MatrixKernel, buffers: inout MapBuffers
  ) {
    gatherWindows(of: examples, in: batch, by: &buffers.borderedImage, into: &buffers.windows)
    kernel.multiply(
      buffers.windows.rows(0..<examples.count * output.positions).transposed,
      gradient.rows(rows(of: examples)), into: &weightGradient,
      keep: examples.lowerBound > 0 ? 1 : 0)
  }

  package func backward(
    _ gradient: Matrix, examples: Range<Int>, weights: Matrix, kernel: MatrixKernel,
    buffers: inout MapBuffers, into inputGradient: inout Matrix
  ) {
    kernel.multiply(
      gradient.rows(rows(of: examples)), weights.operand.transposed,
      into: &buffers.windowGradients)
    scatterWindows(buffers.windowGradients, of: examples, into: &inputGradient)
  }

  private func rows(of examples: Range<Int>) -> Range<Int> {
    examples.lowerBound * output.positions..<examples.upperBound * output.positions
  }

  /// The shape of an image with its border of zeros.
  private var bordered: TensorShape {
    TensorShape(height: input.height + 2, width: input.width + 2, channels: input.channels)
  }

  /// The size of the bordered image for `gatherWindows`; 0 where it reads the batch itself.
  private var borderedImageSize: Int { input.channels == 1 ? bordered.features : 0 }

  /// Writes the windows of `images` as rows, [images · output positions, weight rows].
  ///
  /// - Parameters:
  ///   - images: the images of the block.
  ///   - batch: [batch · input positions, input channels].
  ///   - image: room for `borderedImageSize` numbers, with a border of zeros.
  ///   - windows: its first rows become the windows; numbers on the border are not written, as they are zero from the
  ///     beginning.
  private func gatherWindows(
    of images: Range<Int>, in batch: Matrix, by image: inout [Float], into windows: inout Matrix
  ) {
    var target = windows.values.mutableSpan
    if input.channels == 1 {
      var position = 0
      for index in images {
        copyInside(of: batch, index, into: &image)
        position = gatherWindowsOfOneChannel(image.span, &target, position)
      }
      return
    }
    let source = batch.values.span
    forEachWindowRow(of: images) { start, position, length in
      let row = source.extracting(start..<start + length)
      for j in 0..<length { target[position + j] = row[j] }
    }
  }

  /// Writes the windows of an image of one channel from `start` on, and returns their end.
  ///
  /// A loop over the three numbers of a window's row would take longer to set up than to run.
  private func gatherWindowsOfOneChannel(
    _ image: Span<Float>, _ windows: inout MutableSpan<Float>, _ start: Int
  ) -> Int {
    let width = bordered.width
    var position = start
    for y in 0..<output.height {
      let above = image.extracting(y * stride * width..<(y * stride + 1) * width)
      let middle = image.extracting((y * stride + 1) * width..<(y * stride + 2) * width)
      let below = image.extracting((y * stride + 2) * width..<(y * stride + 3) * width)
      var x = 0
      for _ in 0..<output.width {
        windows[position] = above[x]
        windows[position + 1] = above[x + 1]
        windows[position + 2] = above[x + 2]
        windows[position + 3] = middle[x]
        windows[position + 4] = middle[x + 1]
        windows[position + 5] = middle[x + 2]
        windows[position + 6] = below[x]
        windows[position + 7] = below[x + 1]
        windows[position + 8] = below[x + 2]
        position += 9
        x += stride
      }
    }
    return position
  }

  private func copyInside(of batch: Matrix, _ index: Int, into image: inout [Float]) {
    let source = batch.values.span
    var inside = image.mutableSpan
    let width = input.width
    for y in 0..<input.height {
      let start = (index * input.height + y) * width
      let row = source.extracting(start..<start + width)
      let insideStart = (y + 1) * bordered.width + 1
      for j in 0..<width { inside[insideStart + j] = row[j] }
    }
  }

  /// Adds rows of windows to the places of their numbers in the images: the transpose of `gatherWindows`.
  ///
  /// - Parameters:
  ///   - windows: [images · output positions, weight rows].
  ///   - images: the images of the block.
  ///   - batch: [batch · input positions, input channels]; the rows of `images` become the sums.
  private func scatterWindows(_ windows: Matrix, of images: Range<Int>, into batch: inout Matrix) {
    let source = windows.values.span
    var sums = batch.values.mutableSpan
    for index in images.lowerBound * input.features..<images.upperBound * input.features {
      sums[index] = 0
    }
    forEachWindowRow(of: images) { start, position, length in
      let row = source.extracting(position..<position + length)
      for j in 0..<length { sums[start + j] += row[j] }
    }
  }

  /// Calls `body` for each row of each window, window by window, with the part of it that lies on its image.
  ///
  /// The part begins at `start` in the batch and at `position` among the windows, and has `length` numbers.
  @inline(__always)
  private func forEachWindowRow(
    of images: Range<Int>, _ body: (_ start: Int, _ position: Int, _ length: Int) -> Void
  ) {
    let (side, channels, width) = (Convolution.windowSide, input.channels, input.width)
    var position = 0
    for image in images {
      for top in Swift.stride(from: -1, to: output.height * stride - 1, by: stride) {
        for left in Swift.stride(from: -1, to: output.width * stride - 1, by: stride) {
          let columns = max(left, 0)..<min(left + side, width)
          let skipped = (columns.lowerBound - left) * channels
          let length = columns.count * channels
          for y in top..<top + side {
            if y >= 0 && y < input.height {
              let start = ((image * input.height + y) * width + columns.lowerBound) * channels
              body(start, position + skipped, length)
            }
            position += side * channels
          }
        }
      }
    }
  }
}
