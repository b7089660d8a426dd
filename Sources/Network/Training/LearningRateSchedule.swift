import Glibc

/// The learning rate of each step: a linear warm-up to `base`, then a shape.
package struct LearningRateSchedule: Sendable, Equatable {
  /// The course of the rate after the warm-up.
  package enum Shape: Sendable, Equatable {
    /// The rate stays at the base.
    case constant
    /// The rate is multiplied by `factor` after each `every` steps.
    case step(every: Int, factor: Double)
    /// The rate falls along half a cosine from the base to `final`, which it reaches at step `steps` of the training
    /// (Loshchilov and Hutter 2017, eq. 5, without restarts).
    case cosine(steps: Int, final: Double)
  }

  /// The rate at the end of the warm-up.
  package let base: Double
  /// The course of the rate after the warm-up.
  package let shape: Shape
  /// The number of steps of the warm-up.
  package let warmupSteps: Int

  /// Makes a schedule; without `warmupSteps` the first step has the base's rate.
  ///
  /// - Precondition: `warmupSteps` is not negative, `every` is positive.
  package init(base: Double, shape: Shape = .constant, warmupSteps: Int = 0) {
    precondition(warmupSteps >= 0, "A warm-up cannot take \(warmupSteps) steps.")
    if case .step(let every, _) = shape {
      precondition(every > 0, "The rate cannot change every \(every) steps.")
    }
    self.base = base
    self.shape = shape
    self.warmupSteps = warmupSteps
  }

  /// The rate of step `step`, counted from 0: base · (step + 1) / warmupSteps in the warm-up.
  package func rate(at step: Int) -> Double {
    if step < warmupSteps { return base * (Double(step + 1) / Double(warmupSteps)) }
    switch shape {
    case .constant:
      return base
    case .step(let every, let factor):
      return base * pow(factor, Double((step - warmupSteps) / every))
    case .cosine(let steps, let final):
      if step >= steps { return final }
      let progress = Double(step - warmupSteps) / Double(steps - warmupSteps)
      let weight = (1 + cos(.pi * progress)) / 2
      return base * weight + final * (1 - weight)
    }
  }
}
