package import RunModel

extension CentralDatabase: BlockPooling {
  package func steps(at site: RecordedSite) throws -> [Int] {
    try steps(at: site, in: 0 ... .max)
  }

  package func stepCount(at site: RecordedSite) throws -> Int {
    try attempt {
      try connection.query(
        "SELECT coalesce(sum(cardinality(steps)), 0)::bigint FROM moment WHERE site = $1",
        [.integer(site.id)]
      )[0].integer(0)
    }
  }

  package func steps(at site: RecordedSite, in range: ClosedRange<Int>) throws -> [Int] {
    try attempt {
      try connection.query(
        "SELECT steps FROM moment WHERE site = $1 AND block BETWEEN $2 AND $3 ORDER BY block",
        [
          .integer(site.id), .integer(range.lowerBound / StepBlock.shortest),
          .integer(range.upperBound / StepBlock.shortest),
        ]
      ).map { row in
        guard let steps = row.integers(0) else { throw damaged("holds steps that are no numbers") }
        return steps.filter(range.contains)
      }
    }.flatMap { $0 }
  }

  package func stepRange(at site: RecordedSite) throws -> ClosedRange<Int>? {
    try attempt {
      try ahead.stepRanges.records(of: site.id) { sites in
        try connection.query(
          """
          SELECT first.step, last.step, wanted.site FROM unnest($1::bigint[]) AS wanted (site),
            LATERAL (SELECT steps[1] AS step FROM moment WHERE moment.site = wanted.site ORDER BY block LIMIT 1) AS first,
            LATERAL (SELECT steps[cardinality(steps)] AS step FROM moment WHERE moment.site = wanted.site
              ORDER BY block DESC LIMIT 1) AS last
          """, [.integers(sites)]
        ).map { row in
          let first = try count(row, 0)
          return (owner: row.integer(2), record: first...max(first, try count(row, 1)))
        }
      }.first
    }
  }

  package func lastStep(at site: RecordedSite, upTo step: Int) throws -> Int? {
    guard step >= 0 else { return nil }
    return try attempt {
      // The newest block may have later steps alone.
      try connection.query(
        "SELECT steps FROM moment WHERE site = $1 AND block <= $2 ORDER BY block DESC LIMIT 2",
        [.integer(site.id), .integer(step / StepBlock.shortest)]
      ).map { row in
        guard let steps = row.integers(0) else { throw damaged("holds steps that are no numbers") }
        return steps.last { $0 <= step }
      }.compactMap { $0 }.first
    }
  }

  package func moment(at site: RecordedSite, step: Int, withAffine: Bool) throws -> Moment? {
    guard step >= 0 else { return nil }
    let withAffine = withAffine && site.site.epsilon != nil
    if let block = readBlock, block.site == site.id, block.withAffine || !withAffine,
      let place = block.moments.steps.firstIndex(of: step)
    {
      return try moment(place, of: block, at: site, withAffine: withAffine)
    }
    let number = step / StepBlock.shortest
    readBlock = try blocks(at: site, from: number, through: number, withAffine: withAffine).first
    guard let block = readBlock, let place = block.moments.steps.firstIndex(of: step) else {
      return nil
    }
    return try moment(place, of: block, at: site, withAffine: withAffine)
  }

  package func forEachMoment(
    at site: RecordedSite, withAffine: Bool, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try forEachMoment(at: site, steps: 0..<Int.max, withAffine: withAffine, body)
  }

  package func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, _ body: (borrowing Moment) throws -> Void
  ) throws {
    try forEachMoment(at: site, steps: steps, withAffine: false, body)
  }

  private func forEachMoment(
    at site: RecordedSite, steps: Range<Int>, withAffine: Bool,
    _ body: (borrowing Moment) throws -> Void
  ) throws {
    guard !steps.isEmpty else { return }
    let withAffine = withAffine && site.site.epsilon != nil
    var moment = Moment.empty
    try forEachBlock(
      at: site, from: steps.lowerBound / StepBlock.shortest,
      through: (steps.upperBound - 1) / StepBlock.shortest, withAffine: withAffine
    ) { block in
      for place in block.moments.steps.indices where steps.contains(block.moments.steps[place]) {
        try read(place, of: block, at: site, withAffine: withAffine, into: &moment)
        try body(moment)
      }
    }
  }

  package func foldMoments<Part: Sendable>(
    at sites: [RecordedSite], withAffine: Bool, mayDivide: Bool, into empty: Part,
    _ add: @Sendable (_ part: inout Part, _ index: Int, _ moment: borrowing Moment) throws -> Void
  ) throws -> [Part] {
    var part = empty
    let mayHaveAffine = withAffine && sites.contains { $0.site.epsilon != nil }
    var moment = Moment.empty
    try forEachBlock(at: sites, withAffine: mayHaveAffine) { index, block in
      let site = sites[index]
      for place in block.moments.steps.indices {
        try read(
          place, of: block, at: site, withAffine: withAffine && site.site.epsilon != nil,
          into: &moment)
        try add(&part, index, moment)
      }
    }
    return [part]
  }

  // MARK: - Blocks

  /// Passes all blocks of several sites to `body`, site by site and in order, a few at a time in memory.
  private func forEachBlock(
    at sites: [RecordedSite], withAffine: Bool, _ body: (_ index: Int, ReadBlock) throws -> Void
  ) throws {
    let limit = blocksAtOnce(ofWidth: sites.map(\.site.width).max() ?? 1, withAffine: withAffine)
    var (first, after) = (0, -1)
    while first < sites.count {
      let part = sites[first...].prefix(CentralDatabase.sitesAtOnce)
      let rows = try attempt {
        try connection.query(
          """
          SELECT \(CentralDatabase.blockColumns(withAffine: withAffine)), wanted.place
          FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (site, place)
          JOIN moment AS m ON m.site = wanted.site \(CentralDatabase.affineJoin(withAffine))
          WHERE place > 1 OR m.block > $2::bigint ORDER BY wanted.place, m.block LIMIT $3::bigint
          """, [.integers(part.map(\.id)), .integer(after), .integer(limit)])
      }
      let placeColumn =
        (withAffine ? MomentPart.affine.columns.count : 0) + MomentPart.moment.columns.count
      for number in 0..<rows.count {
        let index = first + rows[number].integer(placeColumn) - 1
        try body(index, block(rows[number], at: sites[index], withAffine: withAffine))
      }
      guard rows.count == limit else {
        (first, after) = (first + part.count, -1)
        continue
      }
      let last = rows[limit - 1]
      (first, after) = (first + last.integer(placeColumn) - 1, last.integer(0))
    }
  }

  /// The most sites of one answer.
  private static let sitesAtOnce = 1_024

  /// Passes the blocks from one number to another to `body`, in order, a few at a time in memory.
  func forEachBlock(
    at site: RecordedSite, from first: Int, through last: Int, withAffine: Bool,
    _ body: (ReadBlock) throws -> Void
  ) throws {
    let limit = blocksAtOnce(ofWidth: site.site.width, withAffine: withAffine)
    var next = first
    while next <= last {
      let blocks = try blocks(
        at: site, from: next, through: last, withAffine: withAffine, atMost: limit)
      for block in blocks { try body(block) }
      guard blocks.count == limit, let step = blocks.last?.moments.steps.first else { return }
      next = step / StepBlock.shortest + 1
    }
  }

  /// The blocks of one answer, whose vectors take a few megabytes.
  private func blocksAtOnce(ofWidth width: Int, withAffine: Bool) -> Int {
    let blockBytes =
      StepBlock.shortest * width * MemoryLayout<Float>.stride * (withAffine ? 4 : 2)
    return max(1, (4 << 20) / blockBytes)
  }

  private static func blockColumns(withAffine: Bool) -> String {
    let parts: [(table: MomentPart, alias: String)] =
      withAffine ? [(.moment, "m"), (.affine, "a")] : [(.moment, "m")]
    return parts.flatMap { part in part.table.columns.map { "\(part.alias).\($0)" } }
      .joined(separator: ", ")
  }

  private static func affineJoin(_ withAffine: Bool) -> String {
    withAffine ? "LEFT JOIN affine AS a ON a.site = m.site AND a.block = m.block" : ""
  }

  private func blocks(
    at site: RecordedSite, from first: Int, through last: Int, withAffine: Bool,
    atMost limit: Int = 1
  ) throws -> [ReadBlock] {
    let rows = try attempt {
      try connection.query(
        """
        SELECT \(CentralDatabase.blockColumns(withAffine: withAffine)) FROM moment AS m
        \(CentralDatabase.affineJoin(withAffine))
        WHERE m.site = $1 AND m.block BETWEEN $2 AND $3 ORDER BY m.block LIMIT $4
        """, [.integer(site.id), .integer(first), .integer(last), .integer(limit)])
    }
    return try rows.map { try block($0, at: site, withAffine: withAffine) }
  }

  private func block(_ row: ServerRow, at site: RecordedSite, withAffine: Bool) throws -> ReadBlock
  {
    let affineColumn = MomentPart.moment.columns.count
    return ReadBlock(
      site: site.id, moments: try storedBlock(row, from: 0, of: .moment, at: site),
      affine: !withAffine || row.isNull(affineColumn)
        ? nil : try storedBlock(row, from: affineColumn, of: .affine, at: site),
      withAffine: withAffine)
  }

  /// Reads a block, and names it where it is damaged.
  func storedBlock(
    _ row: ServerRow, from first: Int, of part: MomentPart, at site: RecordedSite
  ) throws -> StoredBlock {
    do {
      return try StoredBlock(row, from: first, of: part, width: site.site.width)
    } catch let fault as BlockFault {
      throw fault.storeError(
        at: "block \(row.integer(first)) of the table \(part.rawValue) for \(try place(of: site))",
        in: path)
    }
  }

  /// The site in the words of an error.
  private func place(of recorded: RecordedSite) throws -> String {
    let run = try attempt {
      try connection.query(
        "SELECT uuid FROM run JOIN site ON site.run = run.id WHERE site.id = $1",
        [.integer(recorded.id)]
      ).map { $0.text(0) }.first ?? ""
    }
    let site = recorded.site
    return
      "run \(run.prefix(8)), layer \(site.layer) (\(site.tap.rawValue), population \(site.population.rawValue), statistics \(site.statistics.rawValue))"
  }

  private func moment(
    _ index: Int, of block: ReadBlock, at site: RecordedSite, withAffine: Bool
  ) throws -> Moment {
    var moment = Moment.empty
    try read(index, of: block, at: site, withAffine: withAffine, into: &moment)
    return moment
  }

  /// Reads the moment at a place of a block; the memory of the previous one is reused.
  private func read(
    _ index: Int, of block: ReadBlock, at site: RecordedSite, withAffine: Bool,
    into moment: inout Moment
  ) throws {
    moment.step = block.moments.steps[index]
    (moment.count, moment.nonFiniteCount) = block.moments.counts(index)
    block.moments.read(index, into: &moment.mean, &moment.variance)
    guard withAffine else {
      moment.gamma = []
      moment.beta = []
      return
    }
    guard let affine = block.affine, let place = affine.place(of: moment.step, near: index) else {
      throw StoreError(
        .badDatabase,
        "The table affine of \(path) has no gamma and beta of step \(moment.step) for \(try self.place(of: site)), which has an epsilon; record them too, or a site without an epsilon."
      )
    }
    affine.read(place, into: &moment.gamma, &moment.beta)
  }

  // MARK: - Pools

  package func storedBlock(at site: RecordedSite, from step: Int, length: Int) throws
    -> PooledMoment?
  {
    try attempt {
      try connection.query(
        """
        SELECT step_count, count, non_finite_count, mean, variance FROM rollup
        WHERE site = $1 AND block_steps = $2 AND block = $3
        """, [.integer(site.id), .integer(length), .integer(step / length)]
      ).map { row in
        PooledMoment(
          stepCount: try count(row, 0),
          moment: Moment(
            step: step, count: try count(row, 1), nonFiniteCount: try count(row, 2),
            mean: try floats(row, 3, count: site.site.width),
            variance: try floats(row, 4, count: site.site.width)))
      }.first
    }
  }

  package func startOfStoredBlock(at site: RecordedSite, after step: Int) throws -> Int? {
    try attempt {
      let row = try connection.query(
        "SELECT min(block) FROM rollup WHERE site = $1 AND block_steps = $2 AND block > $3",
        [
          .integer(site.id), .integer(StepBlock.shortest),
          .integer(step / StepBlock.shortest),
        ])[0]
      return row.isNull(0) ? nil : try count(row, 0) * StepBlock.shortest
    }
  }
}
