import SQLite

/// A site of a run that is in the database.
public struct RecordedSite: Sendable {
  let id: Int
  /// What it is.
  public let site: Site
}

extension RunDatabase {
  /// The steps of a run, in order.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachStep(of run: Run, _ body: (StepRecord) throws -> Void) throws {
    try attempt {
      try connection.statement(RunDatabase.selectSteps + " ORDER BY step")
        .forEachRow([.integer(run.id)]) { row in try body(StepRecord(row)) }
    }
  }

  /// The newest step of a run, nil where none was recorded.
  ///
  /// - Throws: `StoreError`.
  public func lastStep(of run: Run) throws -> StepRecord? {
    try attempt {
      try connection.firstRow(
        RunDatabase.selectSteps + " ORDER BY step DESC LIMIT 1", [.integer(run.id)]
      ) { StepRecord($0) }
    }
  }

  private static let selectSteps = """
    SELECT step, loss, accuracy, learning_rate, batch_size, duration FROM step WHERE run = ?
    """

  /// The evaluations of a run, by step.
  ///
  /// - Throws: `StoreError`.
  public func evaluations(of run: Run) throws -> [EvaluationRecord] {
    try attempt {
      try connection.rows(
        """
        SELECT step, split, statistics, loss, accuracy, count
        FROM evaluation WHERE run = ? ORDER BY step, split, statistics
        """,
        [.integer(run.id)]
      ) { row in
        EvaluationRecord(
          step: row.integer(0),
          split: try known(EvaluationRecord.Split(rawValue: row.text(1)), row.text(1)),
          statistics: try known(Site.Statistics(rawValue: row.text(2)), row.text(2)),
          loss: row.real(3), accuracy: row.real(4), count: row.integer(5))
      }
    }
  }

  /// The sites of a run, by layer and in the order in which data passes through them.
  ///
  /// - Throws: `StoreError`.
  public func sites(of run: Run) throws -> [RecordedSite] {
    try attempt {
      let largestWidth = try largestWidth()
      return try connection.rows(
        """
        SELECT id, layer, tap, population, statistics, width, epsilon
        FROM site WHERE run = ?
        ORDER BY layer,
          CASE tap WHEN 'input' THEN 0 WHEN 'preactivation' THEN 1 WHEN 'activation' THEN 2 ELSE 3 END,
          population, statistics
        """,
        [.integer(run.id)]
      ) { row in
        let width = row.integer(5)
        guard (1...max(largestWidth, 1)).contains(width) else {
          throw StoreError(
            .badDatabase,
            "The database \(path) holds a tensor of \(width) features; restore it from a copy.")
        }
        return RecordedSite(
          id: row.integer(0),
          site: Site(
            layer: row.integer(1), tap: try known(Site.Tap(rawValue: row.text(2)), row.text(2)),
            population: try known(Site.Population(rawValue: row.text(3)), row.text(3)),
            statistics: try known(Site.Statistics(rawValue: row.text(4)), row.text(4)),
            width: width, epsilon: row.optionalReal(6)))
      }
    }
  }

  /// The features of the largest vector that the file has room for.
  ///
  /// Memory is taken by the width of a site, before its vectors are seen: a small file must not ask for all of it.
  func largestWidth() throws -> Int {
    let bytes = try connection.firstRow(
      "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ) { $0.integer(0) }
    return (bytes ?? 0) / MemoryLayout<Float>.stride
  }

  /// The steps at which a site has moments, in order.
  ///
  /// - Throws: `StoreError`.
  public func steps(at site: RecordedSite) throws -> [Int] {
    try attempt {
      try connection.rows(
        "SELECT step FROM moment WHERE site = ? ORDER BY step", [.integer(site.id)]
      ) { try $0.count(0) }
    }
  }

  /// The moments at a site, in order of steps; the value handed out is used again for the next.
  ///
  /// - Parameters:
  ///   - site: where they were taken.
  ///   - withAffine: whether gamma and beta are wanted, where the site has them.
  ///   - body: is called for each.
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try readMoments(at: site, withAffine: withAffine, where: "", [], body)
  }

  /// The moments at several sites, in order of steps at each of them; the value handed out is used again.
  ///
  /// What was recorded together lies together, so that the sites of a run are read in one pass where that is worth it.
  /// - Parameters:
  ///   - sites: where they were taken.
  ///   - withAffine: whether gamma and beta are wanted, where a site has them.
  ///   - startOver: is called at most once, where they turn out not to lie in the order of steps: all that was handed
  ///     out is to be forgotten, and comes again.
  ///   - body: is called for each, with the place of its site among `sites`.
  /// - Throws: `StoreError`, or what `body` throws.
  public func forEachMoment(
    at sites: [RecordedSite], withAffine: Bool, startOver: () -> Void,
    _ body: (_ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws {
    if let rows = try attempt({ try rowsLyingTogether(of: sites) }) {
      if try forEachMoment(inOnePass: rows, at: sites, withAffine: withAffine, body) { return }
      startOver()
    }
    for (index, site) in sites.enumerated() {
      try forEachMoment(at: site, withAffine: withAffine) { try body(index, $0) }
    }
  }

  /// Row ids of `moment`, and how many of the rows are looked for.
  private struct MomentRows {
    var first = Int.max
    var last = Int.min
    var count = 0
  }

  /// The rows that the moments of `sites` lie among if they are in the order of their steps, where they are at least an
  /// eighth of these; else nil.
  private func rowsLyingTogether(of sites: [RecordedSite]) throws -> MomentRows? {
    var rows = MomentRows()
    // All of it is answered from the index, which holds the row ids.
    let select = "FROM moment WHERE site = ?"
    for site in sites {
      for order in ["", " DESC"] {
        let id = try connection.firstRow(
          "SELECT id \(select) ORDER BY step\(order) LIMIT 1", [.integer(site.id)]
        ) { $0.integer(0) }
        guard let id else { continue }
        rows.first = min(rows.first, id)
        rows.last = max(rows.last, id)
      }
      rows.count +=
        try connection.firstRow("SELECT count(*) \(select)", [.integer(site.id)]) { $0.integer(0) }
        ?? 0
    }
    // Halved, as row ids of a file that is not ours may be as far apart as integers are.
    return rows.count > 0 && rows.count >= (rows.last / 2 - rows.first / 2) / 4 ? rows : nil
  }

  /// Stops reading rows that are not in the order of steps.
  private struct OutOfOrder: Error {}

  /// - Returns: whether all of `rows` were there, in the order of steps at each site.
  private func forEachMoment(
    inOnePass rows: MomentRows, at sites: [RecordedSite], withAffine: Bool,
    _ body: (_ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> Bool {
    var readers = sites.map { MomentReader(site: $0.site, withAffine: withAffine, firstColumn: 1) }
    let places = Dictionary(
      sites.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let readsAffine = readers.contains { $0.readsAffine }
    var seen = 0
    var previous = sites.map { _ in -1 }
    // Sites are recorded in the same order at every step.
    var next = 0
    do {
      try attempt {
        try connection.statement(
          "SELECT site, " + RunDatabase.momentColumns(withAffine: readsAffine)
            + " WHERE moment.id BETWEEN ? AND ? ORDER BY moment.id"
        ).forEachRow([.integer(rows.first), .integer(rows.last)]) { row in
          let site = row.integer(0)
          guard let index = sites[next].id == site ? next : places[site] else { return }
          next = index + 1 == sites.count ? 0 : index + 1
          try readers[index].read(row) { moment in
            guard moment.step > previous[index] else { throw OutOfOrder() }
            previous[index] = moment.step
            seen += 1
            try body(index, moment)
          }
        }
      }
    } catch is OutOfOrder {
      return false
    }
    return seen == rows.count
  }

  fileprivate static func momentColumns(withAffine: Bool) -> String {
    """
    step, count, non_finite_count, mean, variance\(withAffine ? ", gamma, beta" : "")
    FROM moment\(withAffine ? " LEFT JOIN affine ON affine.moment = moment.id" : "")
    """
  }

  /// The moments at a site without gamma and beta, of the steps `steps`, in order.
  func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try readMoments(
      at: site, withAffine: false, where: " AND step >= ? AND step < ?",
      [.integer(steps.lowerBound), .integer(steps.upperBound)], body)
  }

  /// The moment at a site and step, nil where there is none.
  ///
  /// - Throws: `StoreError`.
  public func moment(at site: RecordedSite, step: Int, withAffine: Bool) throws -> Moment? {
    var found: Moment?
    try readMoments(at: site, withAffine: withAffine, where: " AND step = ?", [.integer(step)]) {
      found = copy $0
    }
    return found
  }

  private func readMoments(
    at site: RecordedSite, withAffine: Bool, where condition: String, _ bindings: [Binding],
    _ body: (borrowing Moment) throws -> Void
  ) throws {
    var reader = MomentReader(site: site.site, withAffine: withAffine, firstColumn: 0)
    try attempt {
      try connection.statement(
        "SELECT " + RunDatabase.momentColumns(withAffine: reader.readsAffine)
          + " WHERE site = ?\(condition) ORDER BY step"
      ).forEachRow([.integer(site.id)] + bindings) { row in
        try reader.read(row, body)
      }
    }
  }

  /// A value of an enumeration that the schema's constraints should have kept to the known ones.
  func known<Value>(_ value: Value?, _ text: String) throws -> Value {
    guard let value else {
      throw StoreError(
        .badDatabase,
        "The database \(path) holds an unknown word, \"\(text)\"; restore it from a copy.")
    }
    return value
  }
}

/// Reads rows of `moment` into a value that is used again.
private struct MomentReader {
  private var moment: Moment
  /// Whether gamma and beta are read.
  let readsAffine: Bool
  private let firstColumn: Int

  init(site: Site, withAffine: Bool, firstColumn: Int) {
    readsAffine = withAffine && site.epsilon != nil
    let vector = [Float](repeating: 0, count: site.width)
    moment = Moment(
      step: 0, count: 0, nonFiniteCount: 0, mean: vector, variance: vector,
      gamma: readsAffine ? vector : [], beta: readsAffine ? vector : [])
    self.firstColumn = firstColumn
  }

  /// Takes over the columns of `RunDatabase.momentColumns`, and hands out the moment.
  mutating func read(_ row: borrowing Row, _ body: (borrowing Moment) throws -> Void) throws {
    moment.step = try row.count(firstColumn)
    moment.count = try row.count(firstColumn + 1)
    moment.nonFiniteCount = try row.count(firstColumn + 2)
    try row.floats(firstColumn + 3, into: &moment.mean)
    try row.floats(firstColumn + 4, into: &moment.variance)
    if readsAffine {
      try row.floats(firstColumn + 5, into: &moment.gamma)
      try row.floats(firstColumn + 6, into: &moment.beta)
    }
    try body(moment)
  }
}

extension StepRecord {
  fileprivate init(_ row: borrowing Row) {
    self.init(
      step: row.integer(0), loss: row.real(1), accuracy: row.real(2), learningRate: row.real(3),
      batchSize: row.integer(4), duration: row.real(5))
  }
}
