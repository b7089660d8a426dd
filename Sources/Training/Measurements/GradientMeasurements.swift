import Network
import RunModel

/// What is measured on the gradients of training batches while a run trains: gradient shift and the loss landscape.
struct GradientMeasurements {
  private let configuration: RunConfiguration

  init(_ configuration: RunConfiguration) {
    self.configuration = configuration
  }

  /// Whether anything is measured at `step`.
  func areDue(at step: Int) -> Bool { shiftIsDue(at: step) || landscapeIsDue(at: step) }

  private func shiftIsDue(at step: Int) -> Bool {
    configuration.gradientShiftEvery > 0 && step % configuration.gradientShiftEvery == 0
  }

  private func landscapeIsDue(at step: Int) -> Bool {
    configuration.landscapeEvery > 0 && step % configuration.landscapeEvery == 0
  }

  /// Measures what is due and hands the figures to the recorder.
  ///
  /// - Parameters:
  ///   - trainer: just after its update; goes on as if nothing had been measured.
  ///   - old: the network before the update.
  ///   - loss: the loss of the batch before the update.
  ///   - learningRate: that of the update.
  ///   - batch: what it was computed on.
  ///   - targets: what the outputs should be.
  ///   - step: the step.
  ///   - recorder: takes the figures.
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
