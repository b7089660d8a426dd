// One pass over a tensor for each method; `keep` is the part of a parameter that the decay leaves.

extension Optimizer {
  /// Plain SGD.
  static func descend(_ parameters: inout [Float], _ gradient: [Float], rate: Float, keep: Float) {
    let count = parameters.count
    let g = gradient.span.extracting(0..<count)
    var p = parameters.mutableSpan
    // Without decay the product by 1 would be a tenth of the time.
    if keep == 1 {
      for index in 0..<count { p[index] -= rate * g[index] }
    } else {
      for index in 0..<count { p[index] = p[index] * keep - rate * g[index] }
    }
  }

  /// SGD with momentum.
  static func descend(
    _ parameters: inout [Float], _ gradient: [Float], velocity: inout [Float], momentum: Float,
    nesterov: Bool, rate: Float, keep: Float
  ) {
    let count = parameters.count
    precondition(velocity.count == count, "The optimizer was made for a tensor of another size.")
    let g = gradient.span.extracting(0..<count)
    var p = parameters.mutableSpan
    var v = velocity.mutableSpan
    if nesterov {
      for index in 0..<count {
        v[index] = momentum * v[index] + g[index]
        p[index] = p[index] * keep - rate * (g[index] + momentum * v[index])
      }
    } else {
      for index in 0..<count {
        v[index] = momentum * v[index] + g[index]
        p[index] = p[index] * keep - rate * v[index]
      }
    }
  }

  /// Adam.
  static func descend(
    _ parameters: inout [Float], _ gradient: [Float], first: inout [Float], second: inout [Float],
    beta1: Float, beta2: Float, epsilon: Float, rootScale: Float, rate: Float, keep: Float
  ) {
    let count = parameters.count
    precondition(
      first.count == count && second.count == count,
      "The optimizer was made for a tensor of another size.")
    let g = gradient.span.extracting(0..<count)
    var p = parameters.mutableSpan
    var m = first.mutableSpan
    var v = second.mutableSpan
    for index in 0..<count {
      m[index] = beta1 * m[index] + (1 - beta1) * g[index]
      v[index] = beta2 * v[index] + (1 - beta2) * g[index] * g[index]
      // The magnitude, which changes nothing here, lets the root be a vector instruction.
      let root = v[index].magnitude.squareRoot()
      p[index] = p[index] * keep - rate * m[index] / (root * rootScale + epsilon)
    }
  }
}
