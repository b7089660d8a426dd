import ArgumentParser
import RunModel
import ShiftAnalysis

/// The coordinates of the tensors that a question is about.
struct SiteOptions: ParsableArguments {
  @OptionGroup var tensor: TensorOptions
  @Option(
    help:
      "The examples: the training batch, or the probe (default: the probe if it was recorded at several steps)."
  )
  var population: Site.Population?

  /// The statistics that batch norm normalized with; nil for the default.
  var statistics: StatisticsMode? { tensor.statistics }

  /// The tensors, and at most `points` of their steps.
  func query(points: Int? = nil) -> SiteQuery { tensor.query(population, points: points) }
}
