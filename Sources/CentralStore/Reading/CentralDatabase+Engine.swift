package import RunModel
import Statistics

/// What the server computes where it has the extension `normscope`; without it, moments are read and computed here.
extension CentralDatabase {
  /// What `body` computes on the server; nil where it can't, or a block is damaged, which reading the block here says.
  private func computed<Value>(_ body: () throws -> Value) throws -> Value? {
    // An error on the server would end the transaction.
    guard !connection.isInTransaction, try hasEngine() else { return nil }
    return try attempt {
      do {
        return try body()
      } catch let error as ServerError where CentralDatabase.refusals.contains(error.code) {
        return nil
      }
    }
  }

  /// `invalid_parameter_value` and `data_corrupted`.
  private static let refusals: Set<String> = ["22023", "XX001"]

  private func hasEngine() throws -> Bool {
    if let knownEngine { return knownEngine }
    let found = try attempt {
      try connection.query(
        """
        SELECT to_regprocedure(
          '\(CentralSchema.name).require_intact(smallint,bigint,bigint[],bigint[],bigint[],bytea,bytea)') IS NOT NULL
        """)[0].integer(0) == 1
    }
    knownEngine = found
    return found
  }

  /// The columns of a block, as functions take them.
  private static let block =
    "format, checksum, steps, counts, non_finite_counts, mean, variance"

  // MARK: - Series

  package func travels(at sites: [TravelSite]) throws -> [SiteTravel] {
    try computed {
      try stride(from: 0, to: sites.count, by: CentralDatabase.computedSites).flatMap { start in
        try travels(ofFew: sites[start...].prefix(CentralDatabase.computedSites))
      }
    } ?? readTravels(at: sites)
  }

  private static let computedSites = 4_096

  private func travels(ofFew sites: ArraySlice<TravelSite>) throws -> [SiteTravel] {
    try connection.query(
      """
      SELECT (travel).first_step, (travel).last_step, (travel).least_spacing, (travel).greatest_spacing,
        (travel).path_length, (travel).normalized
      FROM unnest($1::bigint[], $2::float8[]) WITH ORDINALITY AS wanted (site, epsilon, place), LATERAL (
        SELECT moments_travel(\(CentralDatabase.block), wanted.epsilon ORDER BY block) AS travel
        FROM moment WHERE moment.site = wanted.site) AS found
      ORDER BY place
      """, [.integers(sites.map(\.site.id)), .reals(sites.map(\.epsilon))]
    ).map { row in
      func range(_ first: Int) throws -> ClosedRange<Int>? {
        guard !row.isNull(first) else { return nil }
        let lower = try count(row, first)
        return lower...max(lower, try count(row, first + 1))
      }
      return SiteTravel(
        steps: try range(0), spacing: try range(2), pathLength: row.optionalReal(4),
        normalized: row.optionalReal(5))
    }
  }

  package func trailingShifts(at sites: [TravelSite]) throws -> [[TrailingShiftRecord]] {
    try computed {
      try connection.query(
        """
        SELECT (found).steps, (found).shifts
        FROM unnest($1::bigint[], $2::float8[]) WITH ORDINALITY AS wanted (site, epsilon, place), LATERAL (
          SELECT moments_trailing(\(CentralDatabase.block), $3::integer, wanted.epsilon ORDER BY block) AS found
          FROM moment WHERE moment.site = wanted.site) AS series
        ORDER BY place
        """,
        [
          .integers(sites.map(\.site.id)), .reals(sites.map(\.epsilon)),
          .integer(TrailingShift.usualWindow),
        ]
      ).map { row in
        zip(row.integers(0) ?? [], row.reals(1)).map {
          TrailingShiftRecord(step: $0, shift: $1.isNaN ? nil : $1)
        }
      }
    } ?? sites.map { try readTrailingShifts(at: $0) }
  }

  // MARK: - Pools

  package func pooledMoment(at site: RecordedSite, steps: Range<Int>) throws -> PooledMoment? {
    if let found = try pooledMoments(at: site, windows: [steps]) { return found[0] }
    return try pooledBlocks(at: site, steps: steps)
  }

  package func pooledMoments(at site: RecordedSite, windows: [Range<Int>]) throws
    -> [PooledMoment?]?
  {
    try computed {
      var moments: [PooledMoment?] = windows.map { _ in nil }
      let rows = try connection.query(
        CentralDatabase.pools,
        [
          .integer(site.id), .integers(windows.map(\.lowerBound)),
          .integers(windows.map(\.upperBound)),
        ])
      for index in 0..<rows.count {
        let row = rows[index]
        let place = row.integer(0) - 1
        guard !row.isNull(3), windows.indices.contains(place) else { continue }
        moments[place] = PooledMoment(
          stepCount: try count(row, 1),
          moment: Moment(
            step: windows[place].lowerBound, count: row.integer(3),
            nonFiniteCount: try count(row, 2), mean: row.reals(4).map { Float($0) },
            variance: row.reals(5).map { Float($0) }))
      }
      return moments
    }
  }

  /// The pools of the moments at site $1 from the steps $2 to before the steps $3, merged in the order of steps from the longest
  /// stored blocks and the single steps that `pooledBlocks` merges.
  private static let pools = """
    WITH windows AS (
      SELECT place, first, past FROM unnest($2::bigint[], $3::bigint[]) WITH ORDINALITY AS wanted (first, past, place)),
    blocks AS MATERIALIZED (
      SELECT place, block * block_steps AS start, block_steps, step_count, count, non_finite_count, mean, variance
      FROM windows JOIN rollup ON site = $1 AND block * block_steps >= first AND (block + 1) * block_steps <= past
      WHERE NOT EXISTS (
        SELECT FROM rollup AS longer WHERE longer.site = $1 AND longer.block_steps > rollup.block_steps
          AND longer.block = rollup.block * rollup.block_steps / longer.block_steps
          AND longer.block * longer.block_steps >= first AND (longer.block + 1) * longer.block_steps <= past)),
    steps AS (
      SELECT place, steps[i] AS start, counts[i] AS count, non_finite_counts[i] AS non_finite_count,
        block_vector(format, mean, cardinality(steps), i) AS mean,
        block_vector(format, variance, cardinality(steps), i) AS variance
      FROM windows JOIN moment ON site = $1 AND first < past
          AND moment.block BETWEEN first / \(StepBlock.shortest) AND (past - 1) / \(StepBlock.shortest)
          AND require_intact(\(block)),
        generate_subscripts(steps, 1) AS i
      WHERE steps[i] >= first AND steps[i] < past AND NOT EXISTS (
        SELECT FROM blocks WHERE blocks.place = windows.place AND steps[i] >= blocks.start
          AND steps[i] < blocks.start + blocks.block_steps))
    SELECT place, step_count, non_finite_count, (pool).count, (pool).mean, (pool).variance FROM (
      SELECT place, sum(step_count)::bigint AS step_count, sum(non_finite_count)::bigint AS non_finite_count,
        moments_pool(count, mean, variance ORDER BY start) AS pool
      FROM (
        SELECT place, start, step_count, count, non_finite_count, mean, variance FROM blocks
        UNION ALL SELECT place, start, 1, count, non_finite_count, mean, variance FROM steps) AS parts
      GROUP BY place) AS pooled
    """
}
