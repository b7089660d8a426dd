import Reports
import RunModel
import ShiftAnalysis
import Statistics

/// Reads a run again and again while it is recorded: of its steps only those that are new.
struct RunFollower {
  /// The points of a layer's shift, as many as a wide terminal has columns for.
  private static let points = 160
  /// The reads over which the rate is taken.
  private static let rateReads = 10

  private let database: any RecordReading
  private let uuid: String
  /// The examples that shifts are of; nil for the usual ones.
  private let population: Site.Population?
  private var losses = PooledSeries()
  private var accuracies = PooledSeries()
  private var newestStep = -1
  /// How often the run had been resumed at the last read.
  private var resumptions = 0
  /// The numbers of steps at the last reads, with the seconds that they had taken.
  private var counts: [(steps: Int, seconds: Double)] = []

  /// Follows `run`, with the shifts of `population` alone where it is not nil.
  init(_ run: Run, in database: any RecordReading, population: Site.Population? = nil) {
    self.database = database
    self.population = population
    uuid = run.uuid
  }

  /// The run as it is now.
  ///
  /// - Throws: `StoreError`.
  mutating func read() throws -> WatchedRun {
    let run = try database.run(uuid)
    let events = try database.events(of: run)
    // Steps that were read may have been recorded anew.
    if case let count = events.count(where: { $0.kind == .resumed }), count != resumptions {
      (losses, accuracies, newestStep, counts) = (PooledSeries(), PooledSeries(), -1, [])
      resumptions = count
    }
    try database.forEachStep(of: run, in: newestStep + 1 ... .max) { step in
      if let loss = step.loss { losses.append(loss) }
      accuracies.append(step.accuracy ?? .nan)
      newestStep = step.step
    }
    return WatchedRun(
      run, stepsPerSecond: rate(of: run), losses: losses, accuracies: accuracies,
      evaluations: try database.lastEvaluations(of: run), shifts: try shifts(of: run),
      of: try database.layers(of: run), events: events)
  }

  private func shifts(of run: Run) throws -> [ShiftSeries] {
    var query = ShiftQuery()
    query.population = population
    query.points = RunFollower.points
    query.measures = [.normalizedW2]
    do {
      return try database.shift(of: run, query)
    } catch is ShiftError {
      // A run may record no such moments, or none so far.
      return []
    }
  }

  /// The rate over the last reads or, before there are two, since the run began.
  private mutating func rate(of run: Run) -> Double? {
    let now = (steps: run.stepCount, seconds: run.elapsedSeconds)
    if counts.last.map({ $0.seconds < now.seconds }) ?? true { counts.append(now) }
    if counts.count > RunFollower.rateReads { counts.removeFirst() }
    let before = !run.mayGrow || counts.count < 2 ? (steps: 0, seconds: 0) : counts[0]
    guard now.seconds > before.seconds else { return nil }
    return Double(now.steps - before.steps) / (now.seconds - before.seconds)
  }
}
