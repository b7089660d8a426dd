import RunModel
import ShiftAnalysis
import StrictJSON

/// A run that has begun and is recorded from a stream.
struct StartedRecording {
  /// The recorder.
  let recorder: any RunWriting
  /// The step after the newest one that has ended, or the first one.
  private(set) var nextStep: Int
  private var configuration: [String: JSONValue]
  private var register: TensorRegister
  private var watch: RunWatch
  private let firstStep: Int
  /// The step of the moments that are held.
  private var newestMoments: Int
  /// The newest step of each kind of evaluation.
  private var newestEvaluations: [Evaluation: Int] = [:]
  /// The newest evaluations, of one step, which may not be all.
  private var unjudged: [EvaluationRecord] = []
  private var hasDiverged: Bool
  /// The moments of a step that has not ended: what is recorded may be written at any time.
  private var held: [(position: Int, step: Int, moments: MomentVectors)] = []
  /// Whether the configuration has changed since it was recorded.
  private var hasNewConfiguration = false

  private struct Evaluation: Hashable {
    let split: EvaluationRecord.Split
    let statistics: StatisticsMode
  }

  init(_ start: RecordingStart) {
    recorder = start.recorder
    firstStep = start.firstStep
    nextStep = start.firstStep
    newestMoments = start.firstStep - 1
    configuration = start.configuration
    register = TensorRegister(recorded: start.sites)
    watch = start.watch
    hasDiverged = start.hasDiverged
  }

  /// Declares tensors.
  mutating func declare(_ tensors: [TensorDeclaration]) throws(MisfitError) {
    try register.declare(tensors)
  }

  /// Records a message between the first and the last.
  ///
  /// - Throws: `MisfitError` where it is wrong; `StoreError`.
  mutating func record(_ message: Message) throws {
    switch message {
    case .begin, .end: preconditionFailure("The first and the last message are not recorded here.")
    case .tensors(let message): try declare(message.tensors)
    case .moments(let message):
      try requireOrder(message.step)
      for (position, moments) in try register.resolved(message.moments, step: message.step) {
        register.tensors[position].newestStep = message.step
        held.append((position, message.step, moments))
      }
      newestMoments = message.step
    case .step(let message): try record(message)
    case .noise(let message):
      try requireFirstStep(message.step)
      for (position, noise) in try register.noise(in: message) {
        register.tensors[position].newestNoiseStep = message.step
        recorder.record(noise, at: register.tensors[position].site)
      }
    case .evaluation(let message): try record(message)
    case .event(let message): try record(message)
    case .configuration(let message):
      configuration.merge(message.configuration) { $1 }
      hasNewConfiguration = true
    }
  }

  // MARK: - Steps

  private mutating func record(_ message: StepMessage) throws {
    try requireOrder(message.step)
    let resolved = try message.moments.map { set throws(MisfitError) in
      try register.resolved(set, step: message.step)
    }
    if !unjudged.isEmpty { judgeEvaluations() }
    try recordConfiguration()
    for (position, step, moments) in held { record(moments, at: position, step: step) }
    held.removeAll(keepingCapacity: true)
    for (position, moments) in resolved ?? [] {
      register.tensors[position].newestStep = message.step
      record(moments, at: position, step: message.step)
    }
    if let loss = message.loss, !loss.isFinite, !hasDiverged {
      hasDiverged = true
      recorder.record(
        EventRecord(
          step: message.step, layer: nil, kind: .diverged,
          message: "The loss of step \(message.step) is \(loss.isNaN ? "NaN" : "\(loss)")."))
    }
    nextStep = message.step + 1
    try recorder.record(
      StepRecord(
        step: message.step, loss: message.loss, accuracy: message.accuracy,
        learningRate: message.learningRate, batchSize: message.batchSize,
        duration: message.duration))
  }

  /// Passes on what waits: the configuration, and the moments of the probe, which belong to no batch of a step.
  ///
  /// - Parameter isFinished: whether the run finishes.
  /// - Returns: the step whose moments were dropped, because it did not end; nil where none were.
  /// - Throws: `StoreError`.
  mutating func close(isFinished: Bool) throws -> Int? {
    judgeEvaluations()
    if isFinished, let event = watch.eventAtEnd(ChanceLevel(register.sites)) {
      recorder.record(event)
    }
    try recordConfiguration()
    var dropped: Int?
    for (position, step, moments) in held {
      if register.tensors[position].site.population == .probe {
        record(moments, at: position, step: step)
      } else {
        dropped = step
      }
    }
    held = []
    return dropped
  }

  /// Records the configuration where it has changed.
  private mutating func recordConfiguration() throws {
    guard hasNewConfiguration else { return }
    // As text only when it is written: many steps may change it between two writes.
    try recorder.record(configuration: { [configuration] in JSONValue.object(configuration).json })
    hasNewConfiguration = false
  }

  private mutating func record(_ moments: MomentVectors, at position: Int, step: Int) {
    let site = register.tensors[position].site
    let nonFiniteCount = moments.nonFinite ?? moments.nonFiniteUnits
    recorder.record(
      site, step: step, count: moments.count, nonFiniteCount: nonFiniteCount,
      mean: moments.mean, variance: moments.variance, affine: moments.affine,
      higherMoments: moments.higherMoments)
    guard site.population == .batch else { return }
    let events = watch.events(
      at: site, step: step, count: moments.count, nonFiniteCount: nonFiniteCount,
      mean: moments.mean,
      variance: moments.variance)
    for event in events { recorder.record(event) }
  }

  /// Checks that a step comes after the newest one that has ended, and is that of the moments since.
  private func requireOrder(_ step: Int) throws(MisfitError) {
    try requireFirstStep(step)
    guard step >= nextStep else {
      throw MisfitError(
        at: "step", predicate: "is \(step), where step \(nextStep - 1) has ended; steps increase.")
    }
    guard held.isEmpty || step == newestMoments else {
      throw MisfitError(
        at: "step",
        predicate:
          "is \(step), where moments of step \(newestMoments) came before; send its message of type \"step\" first."
      )
    }
  }

  private func requireFirstStep(_ step: Int) throws(MisfitError) {
    guard step >= firstStep else {
      throw MisfitError(
        at: "step", predicate: "is \(step), where the run is resumed at step \(firstStep).")
    }
  }

  // MARK: - Evaluations and events

  private mutating func record(_ message: EvaluationMessage) throws(MisfitError) {
    try requireFirstStep(message.step)
    let key = Evaluation(split: message.split, statistics: message.statistics)
    if let newest = newestEvaluations[key], message.step <= newest {
      throw MisfitError(
        at: "step",
        predicate:
          "is \(message.step), where \(quotedExcerpt(message.split.rawValue)) with statistics \(quotedExcerpt(message.statistics.rawValue)) was evaluated at step \(newest); its steps increase."
      )
    }
    newestEvaluations[key] = message.step
    let evaluation = EvaluationRecord(
      step: message.step, split: message.split, statistics: message.statistics,
      loss: message.loss, accuracy: message.accuracy, count: message.count)
    recorder.record(evaluation)
    if unjudged.first.map({ $0.step != message.step }) ?? false { judgeEvaluations() }
    unjudged.append(evaluation)
  }

  /// Records the event that the network has collapsed, if it has at the newest evaluations.
  private mutating func judgeEvaluations() {
    if let event = watch.event(in: unjudged, ChanceLevel(register.sites)) { recorder.record(event) }
    unjudged.removeAll(keepingCapacity: true)
  }

  private mutating func record(_ message: EventMessage) throws(MisfitError) {
    try requireFirstStep(message.step)
    let layer: Int? = if let name = message.layer { try register.layer(name) } else { nil }
    recorder.record(
      EventRecord(step: message.step, layer: layer, kind: message.kind, message: message.message))
  }
}

extension MomentVectors {
  /// Gamma and beta, where there are both.
  fileprivate var affine: (gamma: [Float], beta: [Float])? {
    guard let gamma, let beta else { return nil }
    return (gamma, beta)
  }

  /// Skewness and kurtosis, where there are both.
  fileprivate var higherMoments: (skewness: [Float], kurtosis: [Float])? {
    guard let skewness, let kurtosis else { return nil }
    return (skewness, kurtosis)
  }

  /// The number of features whose mean or variance is not finite.
  fileprivate var nonFiniteUnits: Int {
    var count = 0
    for index in mean.indices where !(mean[index].isFinite && variance[index].isFinite) {
      count += 1
    }
    return count
  }
}
