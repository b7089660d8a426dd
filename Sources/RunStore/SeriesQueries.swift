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
      try connection.rows(
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
        guard (1...RunDatabase.largestWidth).contains(width) else {
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

  /// The features of the largest vector that SQLite holds: its BLOBs are limited to 10^9 bytes.
  private static let largestWidth = 1_000_000_000 / MemoryLayout<Float>.stride

  /// The steps at which a site has moments, in order.
  ///
  /// - Throws: `StoreError`.
  public func steps(at site: RecordedSite) throws -> [Int] {
    try attempt {
      try connection.rows(
        "SELECT step FROM moment WHERE site = ? ORDER BY step", [.integer(site.id)]
      ) { $0.integer(0) }
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
    let width = site.site.width
    let readsAffine = withAffine && site.site.epsilon != nil
    let vector = [Float](repeating: 0, count: width)
    var moment = Moment(
      step: 0, count: 0, nonFiniteCount: 0, mean: vector, variance: vector,
      gamma: readsAffine ? vector : [], beta: readsAffine ? vector : [])
    try attempt {
      try connection.statement(
        """
        SELECT step, count, non_finite_count, mean, variance\(readsAffine ? ", gamma, beta" : "")
        FROM moment\(readsAffine ? " LEFT JOIN affine ON affine.moment = moment.id" : "")
        WHERE site = ?\(condition) ORDER BY step
        """
      ).forEachRow([.integer(site.id)] + bindings) { row in
        moment.step = row.integer(0)
        moment.count = row.integer(1)
        moment.nonFiniteCount = row.integer(2)
        try row.floats(3, into: &moment.mean)
        try row.floats(4, into: &moment.variance)
        if readsAffine {
          try row.floats(5, into: &moment.gamma)
          try row.floats(6, into: &moment.beta)
        }
        try body(moment)
      }
    }
  }

  /// A value of an enumeration that the schema's constraints should have kept to the known ones.
  private func known<Value>(_ value: Value?, _ text: String) throws -> Value {
    guard let value else {
      throw StoreError(
        .badDatabase,
        "The database \(path) holds an unknown word, \"\(text)\"; restore it from a copy.")
    }
    return value
  }
}

extension StepRecord {
  fileprivate init(_ row: borrowing Row) {
    self.init(
      step: row.integer(0), loss: row.real(1), accuracy: row.real(2), learningRate: row.real(3),
      batchSize: row.integer(4), duration: row.real(5))
  }
}
