import ArgumentParser
import RunModel
import RunStore
import ShiftAnalysis
import Statistics

/// `normscope-benchmark query`: times a shift query on a database, such as `normscope-benchmark write` makes.
struct QueryBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Time W2 queries on the newest run of a database, its opening included.",
    discussion: """
      All points is the squared W2 of every recorded step since the start, the mean over the units of each layer; \
      pooled is the same at so many points, each of all steps up to the next.
      """)

  @Option(help: "The database; `normscope-benchmark write` makes one.")
  var db: String
  @Option(help: "The number of pooled points.")
  var points = 500
  @Option(help: "The number of repetitions of each query; the median time is reported.")
  var rounds = 5

  func validate() throws {
    guard points > 0, rounds > 0 else {
      throw ValidationError("Points and rounds must be 1 or more.")
    }
  }

  func run() throws {
    var query = ShiftQuery()
    query.measures = [.squaredW2]
    query.aggregate = .mean
    let all = try medianSeconds(query)
    query.points = points
    query.isPooled = true
    let pooled = try medianSeconds(query)
    let steps = try RunDatabase(path: db, for: .read).run("latest").stepCount
    print(
      "{\"steps\":\(steps),\"all_points_seconds\":\(all),\"points\":\(points),"
        + "\"pooled_seconds\":\(pooled)}")
  }

  private func medianSeconds(_ query: ShiftQuery) throws -> Double {
    let seconds = try (0..<rounds).map { _ in
      let start = ContinuousClock.now
      let database = try RunDatabase(path: db, for: .read)
      _ = try database.shift(of: database.run("latest"), query)
      return (ContinuousClock.now - start) / .seconds(1)
    }
    return seconds.sorted()[rounds / 2]
  }
}
