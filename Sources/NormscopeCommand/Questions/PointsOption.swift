import ArgumentParser

/// The option for the number of steps in an answer.
struct PointsOption: ParsableArguments {
  @Option(
    help:
      "The largest number of steps, evenly spread (default: every recorded step; 20 in a table on a terminal)."
  )
  var points: Int?

  func validate() throws {
    if let points, points < 1 {
      throw ValidationError("\(points) points are too few; use 1 or more, as in --points 100.")
    }
  }
}
