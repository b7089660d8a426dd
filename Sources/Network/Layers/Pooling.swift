/// Pooling of adjacent square windows; positions that fill no window are left out.
package struct Pooling: Sendable, Equatable {
  /// The number that represents a window.
  package enum Kind: String, CaseIterable, Codable, Sendable {
    /// The largest number of a window; a NaN is the largest.
    case max
    /// The mean of a window.
    case average
  }

  /// The number that represents a window.
  package let kind: Kind
  /// The side of a window.
  package let size: Int

  /// Pooling of windows of `size` x `size` positions.
  package init(_ kind: Kind, size: Int) {
    precondition(size > 0, "A pooling window cannot have a side of \(size).")
    self.kind = kind
    self.size = size
  }

  /// The shape that pooling makes of `input`; nil where no window fits in.
  package func output(of input: TensorShape) -> TensorShape? {
    guard size <= input.height && size <= input.width else { return nil }
    return TensorShape(
      height: input.height / size, width: input.width / size, channels: input.channels)
  }

  /// Pools a batch.
  ///
  /// - Parameters:
  ///   - x: [batch · input positions, channels].
  ///   - input: the shape of an example of `x`.
  ///   - y: becomes the pooled batch, [batch · output positions, channels].
  ///   - choices: become the rows of `x` that max pooling chose, in the shape of `y`; unused by average pooling.
  func forward(_ x: Matrix, input: TensorShape, into y: inout Matrix, choices: inout [Int32]) {
    let channels = input.channels
    let source = x.values.span
    var target = y.values.mutableSpan
    var chosen = choices.mutableSpan
    let scale = 1 / Float(size * size)
    var position = 0
    forEachWindow(input, batch: x.rows / input.positions) { firstRow in
      switch kind {
      case .average:
        for j in 0..<channels { target[position + j] = 0 }
        forEachRow(ofWindowAt: firstRow, input) { row in
          let numbers = source.extracting(row * channels..<(row + 1) * channels)
          for j in 0..<channels { target[position + j] += numbers[j] * scale }
        }
      case .max:
        for j in 0..<channels {
          target[position + j] = source[firstRow * channels + j]
          chosen[position + j] = Int32(firstRow)
        }
        forEachRow(ofWindowAt: firstRow, input) { row in
          let numbers = source.extracting(row * channels..<(row + 1) * channels)
          for j in 0..<channels where numbers[j] > target[position + j] || numbers[j].isNaN {
            target[position + j] = numbers[j]
            chosen[position + j] = Int32(row)
          }
        }
      }
      position += channels
    }
  }

  /// Propagates a gradient back through `forward`.
  ///
  /// - Parameters:
  ///   - gradient: dL/dy, [batch · output positions, channels].
  ///   - input: the shape of an example of x.
  ///   - inputGradient: becomes dL/dx, [batch · input positions, channels].
  ///   - choices: the rows that `forward` chose.
  func backward(
    _ gradient: Matrix, input: TensorShape, into inputGradient: inout Matrix, choices: [Int32]
  ) {
    let channels = input.channels
    let batch = inputGradient.rows / input.positions
    let dy = gradient.values.span
    var dx = inputGradient.values.mutableSpan
    dx.update(repeating: 0)
    let scale = 1 / Float(size * size)
    var position = 0
    forEachWindow(input, batch: batch) { firstRow in
      switch kind {
      case .average:
        forEachRow(ofWindowAt: firstRow, input) { row in
          for j in 0..<channels { dx[row * channels + j] = dy[position + j] * scale }
        }
      case .max:
        for j in 0..<channels {
          dx[Int(choices[position + j]) * channels + j] += dy[position + j]
        }
      }
      position += channels
    }
  }

  @inline(__always)
  private func forEachWindow(_ input: TensorShape, batch: Int, _ body: (_ firstRow: Int) -> Void) {
    for image in 0..<batch {
      for y in 0..<input.height / size {
        for x in 0..<input.width / size {
          body((image * input.height + y * size) * input.width + x * size)
        }
      }
    }
  }

  @inline(__always)
  private func forEachRow(
    ofWindowAt firstRow: Int, _ input: TensorShape, _ body: (_ row: Int) -> Void
  ) {
    for y in 0..<size {
      for x in 0..<size { body(firstRow + y * input.width + x) }
    }
  }
}
