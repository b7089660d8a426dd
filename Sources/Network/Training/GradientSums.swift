/// The sums behind norms, distance and cosine of two gradients g and h, in Double.
struct GradientSums {
  /// Σ g².
  private(set) var square = 0.0
  /// Σ h².
  private(set) var otherSquare = 0.0
  /// Σ gh.
  private(set) var product = 0.0
  /// Σ (g - h)².
  private(set) var differenceSquare = 0.0

  /// Sums over the weights of one layer.
  init(_ g: Matrix, _ h: Matrix) {
    add(g.values, h.values)
  }

  /// Sums over all parameters of a network.
  init(_ g: [LayerGradients], _ h: [LayerGradients]) {
    for (g, h) in zip(g, h) {
      add(g.weights.values, h.weights.values)
      add(g.bias, h.bias)
      add(g.gamma, h.gamma)
      add(g.beta, h.beta)
    }
  }

  private mutating func add(_ g: [Float], _ h: [Float]) {
    let g = g.span
    let h = h.span.extracting(0..<g.count)
    var (square, otherSquare, product, differenceSquare) = (0.0, 0.0, 0.0, 0.0)
    for index in 0..<g.count {
      let (a, b) = (Double(g[index]), Double(h[index]))
      square += a * a
      otherSquare += b * b
      product += a * b
      differenceSquare += (a - b) * (a - b)
    }
    self.square += square
    self.otherSquare += otherSquare
    self.product += product
    self.differenceSquare += differenceSquare
  }

  /// ‖g‖.
  var norm: Double { square.squareRoot() }
  /// ‖h‖.
  var otherNorm: Double { otherSquare.squareRoot() }
  /// ‖g - h‖.
  var differenceNorm: Double { differenceSquare.squareRoot() }
  /// The cosine of the angle between them; NaN where one is 0 or not finite.
  var cosine: Double {
    // One root of both squares, so that it is exactly 1 where g is h.
    let cosine = product / (square * otherSquare).squareRoot()
    return cosine.magnitude > 1 ? (cosine < 0 ? -1 : 1) : cosine
  }
}
