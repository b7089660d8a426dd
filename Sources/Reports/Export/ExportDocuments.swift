import RunModel

/// A gradient shift as JSON.
struct GradientShiftDocument: Encodable {
  let step: Int
  let layer: Int
  let gradientNorm: Double
  let differenceNorm: Double
  let relativeDifference: Double
  let cosine: Double

  private enum CodingKeys: String, CodingKey {
    case step, layer, cosine
    case gradientNorm = "gradient_norm"
    case differenceNorm = "difference_norm"
    case relativeDifference = "relative_difference"
  }

  init(_ record: GradientShiftRecord) {
    step = record.step
    layer = record.layer
    gradientNorm = record.gradientNorm
    differenceNorm = record.differenceNorm
    relativeDifference = record.relativeDifference
    cosine = record.cosine
  }
}

/// A point of a landscape as JSON.
struct LandscapePointDocument: Encodable {
  let step: Int
  let stepLength: Double
  let loss: Double
  let gradientNorm: Double
  let differenceNorm: Double

  private enum CodingKeys: String, CodingKey {
    case step, loss
    case stepLength = "step_length"
    case gradientNorm = "gradient_norm"
    case differenceNorm = "difference_norm"
  }

  init(_ record: LandscapeRecord) {
    step = record.step
    stepLength = record.stepLength
    loss = record.loss
    gradientNorm = record.gradientNorm
    differenceNorm = record.differenceNorm
  }
}

/// A site as JSON.
struct SiteDocument: Encodable {
  let layer: Int
  let tap: String
  let population: String
  let statistics: String
  let width: Int
  let epsilon: Double?
  let recordedSteps: Int

  private enum CodingKeys: String, CodingKey {
    case layer, tap, population, statistics, width, epsilon
    case recordedSteps = "recorded_steps"
  }

  init(_ site: Site, recordedSteps: Int) {
    layer = site.layer
    tap = site.tap.rawValue
    population = site.population.rawValue
    statistics = site.statistics.rawValue
    width = site.width
    epsilon = site.epsilon
    self.recordedSteps = recordedSteps
  }
}
