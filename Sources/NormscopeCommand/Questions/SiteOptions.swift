import ArgumentParser
import RunModel
import RunStore
import ShiftAnalysis

/// Which tensors of a run a question is about.
struct SiteOptions: ParsableArguments {
  @Option(help: "The layer, from 1 (default: all).")
  var layer: Int?
  @Option(help: "The tensor.")
  var tap: Site.Tap = .preactivation
  @Option(
    help:
      "The examples: the training batch, or the probe (default: the probe if it was recorded; for alarms, the batch)."
  )
  var population: Site.Population?
  @Option(help: "What batch norm normalized with (default: the batch's own statistics).")
  var statistics: StatisticsMode?

  /// The tensors, and at most `points` of their steps.
  func query(points: Int? = nil) -> SiteQuery {
    var query = SiteQuery()
    query.layer = layer
    query.tap = tap
    query.population = population
    query.statistics = statistics
    query.points = points
    return query
  }
}
