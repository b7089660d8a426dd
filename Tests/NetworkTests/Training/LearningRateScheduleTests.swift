import Glibc
import Network
import Testing

@Suite("A learning rate schedule")
struct LearningRateScheduleTests {
  static let shapes: [LearningRateSchedule.Shape] = [
    .constant, .step(every: 3, factor: 0.5), .cosine(steps: 20, final: 0.01),
  ]

  @Test("gives the rates of PyTorch's schedulers", arguments: LearningRateScheduleGolden.all)
  func goldenRates(golden: LearningRateScheduleGolden) {
    for (step, rate) in golden.rates.enumerated() {
      // PyTorch multiplies the rate before; this is computed afresh.
      #expect(abs(golden.schedule.rate(at: step) - rate) <= 1e-15, "step \(step)")
    }
  }

  @Test("warms up in equal parts to the base, from which the shape starts", arguments: shapes)
  func warmup(shape: LearningRateSchedule.Shape) {
    let schedule = LearningRateSchedule(base: 0.3, shape: shape, warmupSteps: 8)
    for step in 0..<8 {
      #expect(abs(schedule.rate(at: step) - 0.3 * Double(step + 1) / 8) <= 1e-16)
    }
    #expect(schedule.rate(at: 7) == 0.3)
    #expect(schedule.rate(at: 8) == 0.3)
  }

  @Test("without a warm-up starts at the base, exactly", arguments: shapes)
  func noWarmup(shape: LearningRateSchedule.Shape) {
    #expect(LearningRateSchedule(base: 0.3, shape: shape).rate(at: 0) == 0.3)
  }

  @Test("of no shape stays at the base")
  func constant() {
    let schedule = LearningRateSchedule(base: 0.3)
    #expect([0, 1, 1_000_000].map(schedule.rate) == [0.3, 0.3, 0.3])
  }

  @Test("of steps falls after every N steps", arguments: [0, 2])
  func steps(warmup: Int) {
    let schedule = LearningRateSchedule(
      base: 2, shape: .step(every: 3, factor: 0.25), warmupSteps: warmup)
    let rates = (0..<9).map { schedule.rate(at: warmup + $0) }
    #expect(rates == [2, 2, 2, 0.5, 0.5, 0.5, 0.125, 0.125, 0.125])
  }

  @Test(
    "of a cosine is halfway at half of its time, final at the end and after", arguments: [0, 4])
  func cosine(warmup: Int) {
    let schedule = LearningRateSchedule(
      base: 0.5, shape: .cosine(steps: warmup + 12, final: 0.1), warmupSteps: warmup)
    for step in 0...12 {
      // Loshchilov and Hutter 2017, eq. 5.
      let expected = 0.1 + (0.5 - 0.1) * (1 + cos(Double(step) / 12 * .pi)) / 2
      #expect(abs(schedule.rate(at: warmup + step) - expected) <= 1e-15)
    }
    #expect(abs(schedule.rate(at: warmup + 6) - 0.3) <= 1e-15)
    #expect(schedule.rate(at: warmup + 11) > 0.1)
    #expect(schedule.rate(at: warmup + 12) == 0.1)
    #expect(schedule.rate(at: warmup + 1000) == 0.1)
  }

  @Test("of a cosine that ends before its warm-up goes from the base to final at once")
  func cosineShorterThanWarmup() {
    let schedule = LearningRateSchedule(
      base: 0.5, shape: .cosine(steps: 3, final: 0.1), warmupSteps: 4)
    #expect((0..<6).map(schedule.rate) == [0.125, 0.25, 0.375, 0.5, 0.1, 0.1])
  }

  @Test("of impossible numbers stops the program")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      _ = LearningRateSchedule(base: 1, warmupSteps: -1)
    }
    await #expect(processExitsWith: .failure) {
      _ = LearningRateSchedule(base: 1, shape: .step(every: 0, factor: 0.5))
    }
  }
}
