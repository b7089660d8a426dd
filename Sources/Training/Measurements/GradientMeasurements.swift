import Network
import RunModel

/// The measurements on the gradients of training batches: gradient shift and the loss landscape.
struct GradientMeasurements {
  private let configuration: RunConfiguration

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
  }

  /// Whether a measurement is due at `step`.
  func areDue(at step: Int) -> Bool { shiftIsDue(at: step) || landscapeIsDue(at: step) }

  private func shiftIsDue(at step: Int) -> Bool {
    configuration.gradientShiftEvery > 0 && step % configuration.gradientShiftEvery == 0
  }

  private func landscapeIsDue(at step: Int) -> Bool {
    configuration.landscapeEvery > 0 && step % configuration.landscapeEvery == 0
  }

  /// Measures what is due at `step`, and records the figures.
  ///
  /// - Parameters:
  ///   - trainer: the trainer just after its update; the measurement does not change the training.
  ///   - old: the network before the update.
  ///   - loss: the loss of the batch before the update.
  ///   - learningRate: the learning rate of the update.
  ///   - batch: the batch of the update.
  ///   - targets: the targets of the batch.
  ///   - step: the step.
  ///   - recorder: the recorder of the run.
  func record(
    _ trainer: inout Trainer, before old: Network, loss: Double, learningRate: Double,
    _ batch: Matrix, _ targets: Targets, step: Int, _ recorder: any RunWriting
  ) {
    let gradients = trainer.completeGradients(batch)
    if shiftIsDue(at: step) {
      let shifts = trainer.gradientShifts(since: old, gradients, batch, targets: targets)
      for (index, shift) in shifts.enumerated() {
        recorder.record(
          GradientShiftRecord(
            step: step, layer: index + 1, gradientNorm: shift.gradientNorm,
            differenceNorm: shift.differenceNorm, cosine: shift.cosine))
      }
    }
    // At the end of a schedule the learning rate may be 0, and all lengths with it.
    guard landscapeIsDue(at: step) && Float(learningRate) > 0 else { return }
    let points = trainer.landscape(
      from: old, along: gradients,
      stepLengths: configuration.landscapeLengths.map { $0 * learningRate }, loss: loss, batch,
      targets: targets)
    for point in points {
      recorder.record(
        LandscapeRecord(
          step: step, stepLength: point.stepLength, loss: point.loss,
          gradientNorm: point.gradientNorm, differenceNorm: point.differenceNorm))
    }
  }
}
