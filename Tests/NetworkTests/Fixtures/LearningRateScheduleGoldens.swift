// Written by Tests/Oracles/optimizers.py; don't edit.

import Network

/// The rates of PyTorch's schedulers.
struct LearningRateScheduleGolden: Sendable {
  let schedule: LearningRateSchedule
  /// The rates of the first steps.
  let rates: [Double]

  static let all: [LearningRateScheduleGolden] = [
    LearningRateScheduleGolden(
      schedule: LearningRateSchedule(
        base: 0.1, shape: .constant, warmupSteps: 4),
      rates: [
        0.025, 0.05, 0.07500000000000001, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1,
      ]),
    LearningRateScheduleGolden(
      schedule: LearningRateSchedule(
        base: 0.1, shape: .step(every: 3, factor: 0.5), warmupSteps: 0),
      rates: [
        0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125, 0.0125, 0.0125,
      ]),
    LearningRateScheduleGolden(
      schedule: LearningRateSchedule(
        base: 0.4, shape: .step(every: 4, factor: 0.1), warmupSteps: 5),
      rates: [
        0.08000000000000002, 0.16000000000000003, 0.24000000000000005, 0.32000000000000006,
        0.4000000000000001, 0.4, 0.4, 0.4, 0.4, 0.04000000000000001, 0.04000000000000001,
        0.04000000000000001, 0.04000000000000001, 0.004000000000000001, 0.004000000000000001,
        0.004000000000000001, 0.004000000000000001, 0.00040000000000000013,
      ]),
    LearningRateScheduleGolden(
      schedule: LearningRateSchedule(
        base: 0.1, shape: .cosine(steps: 12, final: 0.001), warmupSteps: 0),
      rates: [
        0.1, 0.09831332840130888, 0.09336825748732973, 0.0855017856687341, 0.07525000000000001,
        0.06331154273257479, 0.05050000000000001, 0.037688457267425236, 0.025750000000000016,
        0.015498214331265903, 0.007631742512670285, 0.0026866715986911243, 0.001,
      ]),
    LearningRateScheduleGolden(
      schedule: LearningRateSchedule(
        base: 0.8, shape: .cosine(steps: 20, final: 0.0), warmupSteps: 5),
      rates: [
        0.16000000000000003, 0.32000000000000006, 0.4800000000000001, 0.6400000000000001,
        0.8000000000000002, 0.8, 0.7912590402935223, 0.7654181830570403, 0.723606797749979,
        0.6676522425435434, 0.6000000000000001, 0.5236067977499791, 0.44181138530706154,
        0.3581886146929388, 0.2763932022500212, 0.20000000000000015, 0.13234775745645688,
        0.07639320225002108, 0.03458181694295962, 0.008740959706477728, 0.0,
      ]),
  ]
}
