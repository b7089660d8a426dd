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
  package func runs(of database: any RunFinding, inTrash: Bool, newestFirst: Bool = false) throws
    -> [Run]
  {
    var runs: [Run] = []
    // The first runs in an order may be anywhere, unless the store knows it.
    let keys = order?.keys ?? []
    let count = database.canOrder(by: keys.map(\.field)) ? limit : nil
    try database.forEachRun(
      RunList(
        inTrash: inTrash, newestFirst: newestFirst, order: count == nil ? [] : keys,
        condition: filter?.expression, count: count)
    ) { run in
      if try filter?.matches(RunFacts(run, in: database)) ?? true { runs.append(run) }
      return count.map { runs.count < $0 } ?? true
    }
    guard let order else { return runs }
    database.willRead(runs)
    return Array(try order.sorted(runs, in: database).prefix(limit ?? .max))
  }
}
