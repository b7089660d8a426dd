import Network
import Testing

@Suite("An optimizer")
struct OptimizerTests {
  @Test("goes the way of PyTorch's", arguments: OptimizerGolden.all)
  func goldenTrajectory(golden: OptimizerGolden) {
    var optimizer = Optimizer(golden.method, weightDecay: golden.weightDecay)
    var problem = OptimizerProblem()
    for (steps, expected) in zip(OptimizerGolden.steps, golden.expected) {
      problem.train(&optimizer, steps: optimizer.updateCount..<steps)
      let errors = zip(problem.tensors.joined(), expected).map { Double($0) - $1 }
      #expect(errors.count == 27)
      // Half a unit in the last place of numbers below 2 for each step, and one more for the decay's product.
      #expect(largestMagnitude(errors) <= Double(steps + 1) * 0x1p-24, "\(steps) steps")
    }
  }

  @Test("there are golden trajectories of every method, with and without decay")
  func goldenTable() {
    for method in OptimizerProblem.methods {
      #expect(
        Set(OptimizerGolden.all.filter { $0.method == method }.map(\.weightDecay)) == [0, 0.3])
    }
    #expect(OptimizerGolden.all.allSatisfy { $0.expected.count == OptimizerGolden.steps.count })
  }

  @Test(
    "without momentum is plain SGD to the bit, and with next to none too",
    arguments: [0, Float.leastNonzeroMagnitude], [false, true])
  func plain(momentum: Float, nesterov: Bool) {
    var optimizer = Optimizer(.sgd(momentum: momentum, nesterov: nesterov))
    var problem = OptimizerProblem()
    var expected = problem.tensors
    for step in 0..<40 {
      problem.train(&optimizer, steps: step..<step + 1)
      for tensor in expected.indices {
        let gradient = OptimizerProblem.gradient(step: step, tensor: tensor)
        for (index, slope) in gradient.enumerated() {
          expected[tensor][index] -= OptimizerProblem.rate(step: step) * slope
        }
      }
      #expect(problem.tensors == expected)
    }
    #expect(optimizer.states.allSatisfy { $0.first.isEmpty == (momentum == 0) })
  }

  @Test("of Adam moves each parameter by the learning rate at first, however large the gradient")
  func firstStepOfAdam() {
    var optimizer = Optimizer(
      .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-12), weightDecay: 0, tensorSizes: [5])
    var parameters: [Float] = [0, 0, 0, 0, 0]
    optimizer.beginUpdate(learningRate: 0.25)
    optimizer.update(
      &parameters, gradient: [-1e3, -1e-3, 0, 1e-6, 1e6], tensor: 0, decays: false)
    for (parameter, expected) in zip(parameters, [0.25, 0.25, 0, -0.25, -0.25]) {
      #expect(abs(Double(parameter) - expected) <= 1e-6)
    }
  }

  @Test("goes on from restored states to the bit", arguments: OptimizerProblem.methods, [0, 0.3])
  func restoring(method: Optimizer.Method, weightDecay: Float) throws {
    var whole = Optimizer(method, weightDecay: weightDecay)
    var problem = OptimizerProblem()
    problem.train(&whole, steps: 0..<17)

    var restoredProblem = problem
    var restored = try #require(
      Optimizer(
        restoring: whole.states, updateCount: whole.updateCount, method: method,
        weightDecay: weightDecay, tensorSizes: OptimizerProblem.sizes))
    #expect(restored == whole)
    problem.train(&whole, steps: 17..<40)
    #expect(restored != whole)
    restoredProblem.train(&restored, steps: 17..<40)
    #expect(restoredProblem.tensors == problem.tensors)
    #expect(restored == whole)
    #expect(restored.updateCount == 40)
  }

  @Test("refuses states of another size", arguments: OptimizerProblem.methods)
  func restoringUnfitStates(method: Optimizer.Method) {
    func restores(_ states: [Optimizer.State], updateCount: Int = 3) -> Bool {
      let optimizer = Optimizer(
        restoring: states, updateCount: updateCount, method: method, weightDecay: 0,
        tensorSizes: OptimizerProblem.sizes)
      return optimizer != nil
    }
    let states = Optimizer(method).states
    #expect(restores(states))
    #expect(!restores(states, updateCount: -1))
    #expect(!restores([]))
    #expect(!restores(Array(states.dropLast())))
    #expect(!restores(states + [Optimizer.State(first: [], second: [])]))
    var longer = states
    longer[1] = Optimizer.State(first: states[1].first + [0], second: states[1].second)
    #expect(!restores(longer))
    longer[1] = Optimizer.State(first: states[1].first, second: states[1].second + [0])
    #expect(!restores(longer))
  }

  @Test(
    "leaves NaN where a gradient was NaN, and nowhere else", arguments: OptimizerProblem.methods)
  func notANumber(method: Optimizer.Method) {
    var optimizer = Optimizer(method, weightDecay: 0.1, tensorSizes: [7])
    var parameters = [Float](repeating: 1, count: 7)
    for poison: Float in [.nan, 1] {
      optimizer.beginUpdate(learningRate: 0.1)
      optimizer.update(
        &parameters, gradient: [1, 2, 3, 4, 5, poison, 7], tensor: 0, decays: true)
      #expect(parameters.map(\.isNaN) == [false, false, false, false, false, true, false])
    }
  }

  @Test(
    "of learning rate 0 moves nothing, decay included, but remembers the gradient",
    arguments: OptimizerProblem.methods)
  func rateOfZero(method: Optimizer.Method) {
    var optimizer = Optimizer(method, weightDecay: 0.5, tensorSizes: [3])
    var parameters: [Float] = [-1, 0, 3]
    let unmoved = optimizer.states
    optimizer.beginUpdate(learningRate: 0)
    optimizer.update(&parameters, gradient: [1, -2, 3], tensor: 0, decays: true)
    #expect(parameters == [-1, 0, 3])
    #expect((optimizer.states == unmoved) == (method == .sgd(momentum: 0, nesterov: false)))
  }

  @Test("of gradient 0 only decays, and only what is to decay", arguments: OptimizerProblem.methods)
  func decay(method: Optimizer.Method) {
    var optimizer = Optimizer(method, weightDecay: 0.5, tensorSizes: [3, 3])
    var decaying: [Float] = [-1, 0, 3]
    var kept = decaying
    for _ in 0..<4 {
      optimizer.beginUpdate(learningRate: 0.25)
      optimizer.update(&decaying, gradient: [0, 0, 0], tensor: 0, decays: true)
      optimizer.update(&kept, gradient: [0, 0, 0], tensor: 1, decays: false)
    }
    // The fourth power of 1 - 0.25 · 0.5 is exact in float32.
    #expect(decaying == [-0.586181640625, 0, 1.758544921875])
    #expect(kept == [-1, 0, 3])
  }

  @Test("that is used wrongly stops the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      var optimizer = Optimizer(
        .sgd(momentum: 0, nesterov: false), weightDecay: 0, tensorSizes: [1])
      var parameters: [Float] = [1]
      optimizer.update(&parameters, gradient: [1], tensor: 0, decays: false)
    }
    await #expect(processExitsWith: .failure) {
      var optimizer = Optimizer(
        .sgd(momentum: 0, nesterov: false), weightDecay: 0, tensorSizes: [1])
      var parameters: [Float] = [1]
      optimizer.beginUpdate(learningRate: 1)
      optimizer.update(&parameters, gradient: [1, 1], tensor: 0, decays: false)
    }
    await #expect(processExitsWith: .failure) {
      var optimizer = Optimizer(
        .sgd(momentum: 0.9, nesterov: false), weightDecay: 0, tensorSizes: [2])
      var parameters: [Float] = [1]
      optimizer.beginUpdate(learningRate: 1)
      optimizer.update(&parameters, gradient: [1], tensor: 0, decays: false)
    }
    await #expect(processExitsWith: .failure) {
      var optimizer = Optimizer(
        .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), weightDecay: 0, tensorSizes: [2])
      var parameters: [Float] = [1]
      optimizer.beginUpdate(learningRate: 1)
      optimizer.update(&parameters, gradient: [1], tensor: 0, decays: false)
    }
  }
}
