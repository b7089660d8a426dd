import ArgumentParser
import RunModel
import ShiftAnalysis

/// The coordinates of a tensor, but for its population.
struct TensorOptions: ParsableArguments {
  @OptionGroup var layers: LayerOption
  @Option(help: "The tensor (default: the preactivation, else what was recorded).")
  var tap: Site.Tap?
  @Option(help: "The statistics that batch norm normalized with (default: the batch's own).")
  var statistics: StatisticsMode?

  /// The tensors over `population`, nil for the default, and at most `points` of their steps.
  func query(_ population: Site.Population?, points: Int? = nil) -> SiteQuery {
    var query = SiteQuery()
    query.layers = layers.layer
    query.tap = tap
    query.population = population
    query.statistics = statistics
    query.points = points
    return query
  }
}
