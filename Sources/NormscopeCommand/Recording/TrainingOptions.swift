import ArgumentParser
import Training
import Network

/// How the network is trained.
///
/// Each option has a key of the same name in a configuration file; one that is not given changes nothing.
struct TrainingOptions: ParsableArguments {
  private static let defaults = RunConfiguration()

  @Option(help: "What is minimized. \(default: defaults.loss)")
  var loss: Loss?
  @Option(
    help: "How the losses of the examples of a batch become one. \(default: defaults.reduction)")
  var reduction: LossReduction?
  @Option(help: "What moves the parameters. \(default: defaults.optimizer)")
  var optimizer: RunConfiguration.OptimizerKind?
  @Option(help: "The momentum of SGD. \(default: defaults.momentum)")
  var momentum: Double?
  @Flag(inversion: .prefixedNo, help: "Use Nesterov's momentum. \(default: defaults.nesterov)")
  var nesterov: Bool?
  @Option(
    name: .customLong("beta1"), help: "The decay of Adam's first moment. \(default: defaults.beta1)"
  )
  var beta1: Double?
  @Option(
    name: .customLong("beta2"),
    help: "The decay of Adam's second moment. \(default: defaults.beta2)")
  var beta2: Double?
  @Option(help: "What Adam adds to the root of the second moment. \(default: defaults.adamEpsilon)")
  var adamEpsilon: Double?
  @Option(help: "The decoupled decay of weights and biases. \(default: defaults.weightDecay)")
  var weightDecay: Double?
  @Flag(
    inversion: .prefixedNo,
    help: "Decay gamma and beta too. \(default: defaults.decayNormalization)")
  var decayNormalization: Bool?
  @Option(help: "The factor on the gradient, after the warm-up. \(default: defaults.learningRate)")
  var learningRate: Double?
  @Option(help: "How the learning rate goes on after the warm-up. \(default: defaults.schedule)")
  var schedule: RunConfiguration.ScheduleKind?
  @Option(help: "The step at which a cosine has come to its end. (default: the last one)")
  var scheduleSteps: Int?
  @Option(help: "What a cosine ends at. \(default: defaults.finalLearningRate)")
  var finalLearningRate: Double?
  @Option(
    help:
      "After how many steps the learning rate falls, and falls again. \(default: defaults.stepEvery)"
  )
  var stepEvery: Int?
  @Option(help: "What it is multiplied by then. \(default: defaults.stepFactor)")
  var stepFactor: Double?
  @Option(
    help:
      "The number of steps in which the learning rate rises from 0. \(default: defaults.warmupSteps)"
  )
  var warmupSteps: Int?
  @Option(help: "The number of examples in a training batch. \(default: defaults.batchSize)")
  var batchSize: Int?
  @Option(help: "The number of training steps. \(default: defaults.steps)")
  var steps: Int?
  @Option(
    help:
      "Decides the initial weights, the order of the examples, dropout and noise. \(default: defaults.seed)"
  )
  var seed: UInt64?
  @Option(help: "What computes matrix products. \(default: defaults.kernel)")
  var kernel: MatrixKernel.Choice?
  @Option(help: "The number of threads. \(default: defaults.threads)")
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
