import Glibc

/// An optimizer, which moves the parameters of a network against their gradients in place.
///
/// An update of a network is one `beginUpdate`, then one `update` for each of its tensors.
package struct Optimizer: Sendable, Equatable {
  /// The rule from the gradients g so far to a step.
  package enum Method: Sendable, Equatable {
    /// v ← momentum · v + g, then w ← w - learningRate · v (Sutskever et al. 2013, eq. 1 and 2, with the
    /// learning rate outside of v); Nesterov's takes g + momentum · v for v. At momentum 0 it is plain SGD.
    case sgd(momentum: Float, nesterov: Bool)
    /// Kingma and Ba 2015, Algorithm 1.
    case adam(beta1: Float, beta2: Float, epsilon: Float)

    /// Whether the method keeps a velocity or a first moment.
    fileprivate var usesFirst: Bool {
      if case .sgd(let momentum, _) = self { momentum != 0 } else { true }
    }

    /// Whether the method keeps a second moment.
    fileprivate var usesSecond: Bool {
      if case .adam = self { true } else { false }
    }
  }

  /// The state of the method for one tensor, in the order of its elements.
  package struct State: Sendable, Equatable {
    /// The velocity, or Adam's first moment; empty for plain SGD.
    package fileprivate(set) var first: [Float]
    /// Adam's second moment; empty for SGD.
    package fileprivate(set) var second: [Float]

    /// Wraps what an earlier optimizer remembered.
    package init(first: [Float], second: [Float]) {
      self.first = first
      self.second = second
    }
  }

  /// The factors of one update, the same for all tensors.
  private struct Factors {
    /// The factor on the step: the learning rate, for Adam over 1 - beta1ᵗ.
    var rate: Float
    /// The factor on a parameter that decays: 1 - learningRate · weightDecay.
    var keep: Float
    /// The factor on the root of the second moment: 1 / √(1 - beta2ᵗ).
    var rootScale: Float = 1
  }

  /// The rule of a step.
  package let method: Method
  /// The decoupled decay, w ← w - learningRate · weightDecay · w, apart from the gradient (Loshchilov and
  /// Hutter 2019).
  package let weightDecay: Float
  /// The number of updates so far: Adam's t.
  package private(set) var updateCount: Int
  /// The state for each tensor, in the network's order.
  package private(set) var states: [State]
  /// The factors of the newest update.
  private var factors: Factors?

  /// Makes an optimizer that has seen no gradient yet, of tensors with these numbers of elements.
  package init(_ method: Method, weightDecay: Float, tensorSizes: [Int]) {
    self.method = method
    self.weightDecay = weightDecay
    updateCount = 0
    states = tensorSizes.map { size in
      State(
        first: Array(repeating: 0, count: method.usesFirst ? size : 0),
        second: Array(repeating: 0, count: method.usesSecond ? size : 0))
    }
  }

  /// Continues an earlier optimizer; nil where the states do not fit the method and the sizes.
  package init?(
    restoring states: [State], updateCount: Int, method: Method, weightDecay: Float,
    tensorSizes: [Int]
  ) {
    self.init(method, weightDecay: weightDecay, tensorSizes: tensorSizes)
    let fits = self.states.elementsEqual(states) {
      $0.first.count == $1.first.count && $0.second.count == $1.second.count
    }
    guard fits && updateCount >= 0 else { return nil }
    self.states = states
    self.updateCount = updateCount
  }

  /// Counts an update and prepares its factors, Adam's corrections of the moments' bias among them.
  package mutating func beginUpdate(learningRate: Float) {
    updateCount += 1
    let rate = Double(learningRate)
    var factors = Factors(rate: learningRate, keep: Float(1 - rate * Double(weightDecay)))
    if case .adam(let beta1, let beta2, _) = method {
      let t = Double(updateCount)
      factors.rate = Float(rate / (1 - pow(Double(beta1), t)))
      factors.rootScale = Float(1 / (1 - pow(Double(beta2), t)).squareRoot())
    }
    self.factors = factors
  }

  /// Moves one tensor.
  ///
  /// - Parameters:
  ///   - parameters: the tensor's elements.
  ///   - gradient: dL/dparameters, in the same order.
  ///   - tensor: the tensor's place in `states`.
  ///   - decays: whether weight decay applies to this tensor.
  /// - Precondition: an update has begun, and the sizes are those that the optimizer was made for.
  package mutating func update(
    _ parameters: inout [Float], gradient: [Float], tensor: Int, decays: Bool
  ) {
    guard let factors else { preconditionFailure("beginUpdate comes before update.") }
    precondition(
      gradient.count == parameters.count,
      "\(parameters.count) parameters cannot be moved by \(gradient.count) gradients.")
    let keep = decays ? factors.keep : 1
    switch method {
    case .sgd where !method.usesFirst:
      Optimizer.descend(&parameters, gradient, rate: factors.rate, keep: keep)
    case .sgd(let momentum, let nesterov):
      Optimizer.descend(
        &parameters, gradient, velocity: &states[tensor].first, momentum: momentum,
        nesterov: nesterov, rate: factors.rate, keep: keep)
    case .adam(let beta1, let beta2, let epsilon):
      // Out of the array both moments can be changed at once, and still without a copy.
      var state = State(first: [], second: [])
      swap(&state, &states[tensor])
      Optimizer.descend(
        &parameters, gradient, first: &state.first, second: &state.second, beta1: beta1,
        beta2: beta2, epsilon: epsilon, rootScale: factors.rootScale, rate: factors.rate,
        keep: keep)
      swap(&state, &states[tensor])
    }
  }

  /// Whether a step is the newest gradient times the learning rate, so that `update(_:byProduct:)` can take it.
  package var remembersNothing: Bool { !method.usesFirst }

  /// Moves weights by a gradient that is a product, without making the gradient first.
  ///
  /// - Parameters:
  ///   - weights: [inputs, units].
  ///   - inputs: [inputs, batch].
  ///   - slopes: [batch, units]; the gradient is `inputs` · `slopes`.
  ///   - kernel: the kernel of the matrix product.
  /// - Precondition: an update has begun, and the optimizer remembers nothing.
  func update(
    _ weights: inout Matrix, byProduct inputs: MatrixOperand, _ slopes: MatrixOperand,
    kernel: MatrixKernel
  ) {
    guard let factors else { preconditionFailure("beginUpdate comes before update.") }
    precondition(remembersNothing, "\(method) needs the gradient itself.")
    kernel.multiply(inputs, slopes, into: &weights, scale: -factors.rate, keep: factors.keep)
  }

  /// Whether both continue in the same way; the factors of a past update do not matter.
  package static func == (a: Optimizer, b: Optimizer) -> Bool {
    a.method == b.method && a.weightDecay == b.weightDecay && a.updateCount == b.updateCount
      && a.states == b.states
  }
}
