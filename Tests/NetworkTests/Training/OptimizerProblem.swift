import Network

/// Three tensors with their gradients and learning rates, by the formulas of Tests/Oracles/optimizers.py.
struct OptimizerProblem {
  static let sizes = [1, 7, 19]
  static let methods: [Optimizer.Method] = [
    .sgd(momentum: 0, nesterov: false),
    .sgd(momentum: 0.9, nesterov: false),
    .sgd(momentum: 0.9, nesterov: true),
    .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8),
  ]

  /// The parameters that the steps so far have made.
  var tensors = sizes.enumerated().map { tensor, size in
    (0..<size).map { Float((37 * $0 + 11 * tensor) % 65 - 32) / 32 }
  }

  static func gradient(step: Int, tensor: Int) -> [Float] {
    (0..<sizes[tensor]).map { index in
      let scale = [1, 16, 256, 4096][index % 4]
      return Float((31 * index + 17 * step + 7 * tensor) % 65 - 32) / Float(32 * scale)
    }
  }

  static func rate(step: Int) -> Float { Float(40 - step) / 1024 }

  /// Takes these steps of the 40; the second tensor doesn't decay.
  mutating func train(_ optimizer: inout Optimizer, steps: Range<Int>) {
    for step in steps {
      optimizer.beginUpdate(learningRate: Self.rate(step: step))
      for tensor in tensors.indices {
        optimizer.update(
          &tensors[tensor], gradient: Self.gradient(step: step, tensor: tensor), tensor: tensor,
          decays: tensor != 1)
      }
    }
  }
}

extension Optimizer {
  /// An optimizer for the tensors of the problem.
  init(_ method: Method, weightDecay: Float = 0) {
    self.init(method, weightDecay: weightDecay, tensorSizes: OptimizerProblem.sizes)
  }
}
