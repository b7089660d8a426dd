import ArgumentParser
import Experiments
import Network

/// How the network is trained.
///
/// Each option has a key of the same name in a configuration file; one that is not given changes nothing.
struct TrainingOptions: ParsableArguments {
  @Option(help: "What is minimized. (default: cross_entropy)")
  var loss: Loss?
  @Option(help: "How the losses of the examples of a batch become one. (default: mean)")
  var reduction: LossReduction?
  @Option(help: "What moves the parameters. (default: sgd)")
  var optimizer: RunConfiguration.OptimizerKind?
  @Option(help: "The momentum of SGD. (default: 0)")
  var momentum: Double?
  @Flag(inversion: .prefixedNo, help: "Use Nesterov's momentum. (default: no)")
  var nesterov: Bool?
  @Option(name: .customLong("beta1"), help: "The decay of Adam's first moment. (default: 0.9)")
  var beta1: Double?
  @Option(name: .customLong("beta2"), help: "The decay of Adam's second moment. (default: 0.999)")
  var beta2: Double?
  @Option(help: "What Adam adds to the root of the second moment. (default: 1e-8)")
  var adamEpsilon: Double?
  @Option(help: "The decoupled decay of weights and biases. (default: 0)")
  var weightDecay: Double?
  @Flag(inversion: .prefixedNo, help: "Decay gamma and beta too. (default: no)")
  var decayNormalization: Bool?
  @Option(help: "The factor on the gradient, after the warm-up. (default: 0.1)")
  var learningRate: Double?
  @Option(help: "How the learning rate goes on after the warm-up. (default: constant)")
  var schedule: RunConfiguration.ScheduleKind?
  @Option(help: "The step at which a cosine has come to its end. (default: the last one)")
  var scheduleSteps: Int?
  @Option(help: "What a cosine ends at. (default: 0)")
  var finalLearningRate: Double?
  @Option(help: "After how many steps the learning rate falls, and falls again. (default: 1000)")
  var stepEvery: Int?
  @Option(help: "What it is multiplied by then. (default: 0.1)")
  var stepFactor: Double?
  @Option(help: "The number of steps in which the learning rate rises from 0. (default: 0)")
  var warmupSteps: Int?
  @Option(help: "The number of examples in a training batch. (default: 50)")
  var batchSize: Int?
  @Option(help: "The number of training steps. (default: 2000)")
  var steps: Int?
  @Option(
    help: "Decides the initial weights, the order of the examples, dropout and noise. (default: 1)")
  var seed: UInt64?
  @Option(help: "What computes matrix products. (default: fastest)")
  var kernel: MatrixKernel.Choice?
  @Option(help: "The number of threads. (default: 1)")
  var threads: Int?

  /// Changes what the options name.
  func apply(to configuration: inout RunConfiguration) {
    configuration.set(\.loss, loss)
    configuration.set(\.reduction, reduction)
    configuration.set(\.optimizer, optimizer)
    configuration.set(\.momentum, momentum)
    configuration.set(\.nesterov, nesterov)
    configuration.set(\.beta1, beta1)
    configuration.set(\.beta2, beta2)
    configuration.set(\.adamEpsilon, adamEpsilon)
    configuration.set(\.weightDecay, weightDecay)
    configuration.set(\.decayNormalization, decayNormalization)
    configuration.set(\.learningRate, learningRate)
    configuration.set(\.schedule, schedule)
    configuration.set(\.scheduleSteps, scheduleSteps)
    configuration.set(\.finalLearningRate, finalLearningRate)
    configuration.set(\.stepEvery, stepEvery)
    configuration.set(\.stepFactor, stepFactor)
    configuration.set(\.warmupSteps, warmupSteps)
    configuration.set(\.batchSize, batchSize)
    configuration.set(\.steps, steps)
    configuration.set(\.seed, seed)
    configuration.set(\.kernel, kernel)
    configuration.set(\.threads, threads)
  }
}
