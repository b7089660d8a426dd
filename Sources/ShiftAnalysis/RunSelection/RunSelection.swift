package import RunModel

/// Which runs are listed, and in which order.
package struct RunSelection: Sendable {
  private let filter: RunFilter?
  private let order: RunOrder?
  private let limit: Int?

  /// Selects the runs that `filter` is true of, all without one, in `order`, at most `limit` of them.
  package init(_ filter: RunFilter?, in order: RunOrder? = nil, atMost limit: Int? = nil) {
    self.filter = filter
    self.order = order
    self.limit = limit
  }

  /// The runs of `database`, the oldest or the newest first unless there is an order.
  ///
  /// - Throws: `StoreError`.
  package func runs(of database: any RunReading, inTrash: Bool, newestFirst: Bool = false) throws
    -> [Run]
  {
    var runs = try database.runs(inTrash: inTrash)
    if newestFirst { runs.reverse() }
    if let filter { runs = try runs.filter { try filter.matches(RunFacts($0, in: database)) } }
    if let order { runs = try order.sorted(runs, in: database) }
    return limit.map { Array(runs.prefix($0)) } ?? runs
  }
}
