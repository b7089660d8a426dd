/// A convolution of 3 x 3 windows with a border of zeros: where its windows lie, and how they become rows of a matrix.
///
/// Written as a matrix product: each window is a row of [9 · input channels] numbers, window row by window row,
/// and the weights are [9 · input channels, output channels].
package struct Convolution: Sendable, Equatable {
  /// The side of a window.
  package static let windowSide = 3

  /// The shape that it reads.
  package let input: TensorShape
  /// The shape that it makes.
  package let output: TensorShape
  /// From how many positions to the next the windows go.
  package let stride: Int

  /// A convolution to `channels` channels, with a border of one zero on each side.
  package init(input: TensorShape, channels: Int, stride: Int) {
    precondition(stride > 0, "Windows can't lie \(stride) positions apart.")
    self.input = input
    self.stride = stride
    output = TensorShape(
      height: (input.height - 1) / stride + 1, width: (input.width - 1) / stride + 1,
      channels: channels)
  }

  /// The number of numbers in a window.
  package var windowSize: Int { Convolution.windowSide * Convolution.windowSide * input.channels }

  /// How many images are taken at a time, so that their windows stay in the cache of a core.
  var imagesPerBlock: Int {
    let numbersOfAnImage = output.positions * (windowSize + output.channels)
    return max(1, 65536 / numbersOfAnImage)
  }

  /// The shape of an image with its border of zeros.
  var bordered: TensorShape {
    TensorShape(height: input.height + 2, width: input.width + 2, channels: input.channels)
  }

  /// Writes the windows of `images` as rows, [images · output positions, windowSize].
  ///
  /// - Parameters:
  ///   - images: which images of the batch.
  ///   - batch: [batch · input positions, input channels].
  ///   - image: room for an image with its border, whose border is zero.
  ///   - windows: its first rows become the windows.
  func gatherWindows(
    of images: Range<Int>, in batch: Matrix, by image: inout [Float], into windows: inout Matrix
  ) {
    var position = 0
    var target = windows.values.mutableSpan
    for index in images {
      copyInside(of: batch, index, into: &image)
      let inside = image.span
      if input.channels == 1 {
        position = gatherWindowsOfOneChannel(inside, &target, position)
        continue
      }
      forEachWindowRow { start, length in
        let row = inside.extracting(start..<start + length)
        for j in 0..<length { target[position + j] = row[j] }
        position += length
      }
    }
  }

  /// Writes the windows of an image of one channel from `start` on, and returns where they end.
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
    forEachRow(ofImage: index) { start, insideStart, length in
      let row = source.extracting(start..<start + length)
      for j in 0..<length { inside[insideStart + j] = row[j] }
    }
  }

  /// Adds rows of windows to where their numbers came from: the transpose of `gatherWindows`.
  ///
  /// - Parameters:
  ///   - windows: [images · output positions, windowSize].
  ///   - images: which images of the batch.
  ///   - image: room for an image with its border.
  ///   - batch: [batch · input positions, input channels]; the rows of `images` become the sums.
  func scatterWindows(
    _ windows: Matrix, of images: Range<Int>, by image: inout [Float], into batch: inout Matrix
  ) {
    let source = windows.values.span
    var target = batch.values.mutableSpan
    var position = 0
    for index in images {
      var sums = image.mutableSpan
      sums.update(repeating: 0)
      forEachWindowRow { start, length in
        let row = source.extracting(position..<position + length)
        for j in 0..<length { sums[start + j] += row[j] }
        position += length
      }
      let inside = image.span
      forEachRow(ofImage: index) { start, insideStart, length in
        let row = inside.extracting(insideStart..<insideStart + length)
        for j in 0..<length { target[start + j] = row[j] }
      }
    }
  }

  /// Calls `body` with where each row of an image begins in the batch and in the image with its border.
  @inline(__always)
  private func forEachRow(
    ofImage index: Int, _ body: (_ start: Int, _ insideStart: Int, _ length: Int) -> Void
  ) {
    let length = input.width * input.channels
    let borderedLength = bordered.width * input.channels
    for y in 0..<input.height {
      body(
        (index * input.height + y) * length, (y + 1) * borderedLength + input.channels, length)
    }
  }

  /// Calls `body` with where each row of each window begins in an image with its border, window by window.
  @inline(__always)
  private func forEachWindowRow(_ body: (_ start: Int, _ length: Int) -> Void) {
    let length = Convolution.windowSide * input.channels
    let borderedLength = bordered.width * input.channels
    for y in 0..<output.height {
      for x in 0..<output.width {
        let start = y * stride * borderedLength + x * stride * input.channels
        for row in 0..<Convolution.windowSide { body(start + row * borderedLength, length) }
      }
    }
  }
}
