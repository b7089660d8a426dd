package import RunModel

extension CentralDatabase: RecordReading {
  package func recordedTables() throws -> [RecordedTable] {
    var tables = CentralTable.all.map(recordedTable)
    // Moments stand where a file has them: after the sites.
    tables.insert(momentTable, at: (tables.firstIndex { $0.name == "site" } ?? 0) + 1)
    return tables
  }

  package func vectorBytes(of run: Run) throws -> Int {
    try attempt {
      try ahead.vectorBytes.records(of: run.id) { runs in
        try connection.query(
          """
          SELECT run, sum(4 * width * (2 + 2 * (derives_normalized IS NOT NULL)::int)
            * (SELECT sum(cardinality(steps)) FROM moment WHERE moment.site = site.id))::bigint
          FROM site WHERE run = ANY ($1::bigint[]) GROUP BY run
          """, [.integers(runs)]
        ).map { (owner: $0.integer(0), record: $0.integer(1)) }
      }.first ?? 0
    }
  }

  package func snapshot<Value>(_ body: () throws -> Value) throws -> Value {
    guard !connection.isInTransaction else { return try body() }
    return try attempt {
      try connection.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY", body)
    }
  }

  // MARK: - Rows

  private func recordedTable(_ table: CentralTable) -> RecordedTable {
    let selected = table.columns.map { column in
      column.kind == .file ? "octet_length(\(column.name))::bigint" : column.name
    }
    let key = table.key.map { name in
      table.columns.contains { $0.name == name && $0.kind == .text }
        ? "\(name) COLLATE \"C\"" : name
    }
    let sql =
      "SELECT \(selected.joined(separator: ", ")) FROM \(table.name) WHERE \(table.owner) = $1"
      + (table.isLater.map { " AND \($0)" } ?? "")
      + (key.isEmpty ? "" : " ORDER BY " + key.joined(separator: ", "))
    return RecordedTable(
      name: table.name,
      columns: table.columns.map { column in
        .init(
          name: column.recordedName, isText: column.kind == .text,
          vector: column.kind == .vector ? .numbers : column.kind == .counts ? .counts : nil)
      }, isOfSite: table.isOfSite
    ) { run, first, body in
      let owners: [(id: Int, site: Site?)] =
        table.isOfSite ? try self.sites(of: run).map { ($0.id, $0.site) } : [(run.id, nil)]
      for owner in owners {
        let parameters: [ServerParameter] =
          [.integer(owner.id)] + (table.isLater == nil ? [] : [.integer(first)])
        let rows = try self.attempt { try self.connection.query(sql, parameters) }
        for index in 0..<rows.count {
          let row = rows[index]
          let cells = try table.columns.indices.map {
            try self.cell(row, $0, table.columns[$0].kind, width: owner.site?.width ?? 0)
          }
          try body(owner.site, cells)
        }
      }
    }
  }

  private func cell(_ row: ServerRow, _ column: Int, _ kind: CentralTable.Kind, width: Int) throws
    -> Cell
  {
    if row.isNull(column) { return .missing }
    return switch kind {
    case .integer, .file: .integer(row.integer(column))
    case .real: .number(row.real(column))
    case .text: .text(row.text(column))
    case .truth: .truth(row.integer(column) == 1)
    case .vector: .floats(try floats(row, column, count: width))
    case .counts: .counts(row.counts(column))
    }
  }

  // MARK: - Moments

  private var momentTable: RecordedTable {
    let numbers = ["step", "count", "non_finite_count"].map {
      RecordedTable.Column(name: $0, isText: false)
    }
    let vectors = MomentPart.allCases.flatMap { [$0.vectors.0, $0.vectors.1] }.map {
      RecordedTable.Column(name: $0, isText: false, vector: .numbers)
    }
    let blocks = RecordedBlocks(checksums: blockChecksums) { run, isKnown, body in
      for site in try self.sites(of: run) {
        for blocks in try self.blocks(at: site, but: isKnown) {
          try self.forEachRow(of: site, from: 0, inBlocks: blocks) { try body(site.site, $0) }
        }
      }
    }
    return RecordedTable(
      name: "moment", columns: numbers + vectors, isOfSite: true, blocks: blocks
    ) {
      run, first, body in
      for site in try self.sites(of: run) {
        let blocks = first / StepBlock.shortest ... .max
        try self.forEachRow(of: site, from: first, inBlocks: blocks) { try body(site.site, $0) }
      }
    }
  }

  /// The checksums that are stored with the blocks of a run.
  private func blockChecksums(of run: Run) throws -> [BlockPlace: [MomentPart: Int]] {
    let sites = try sites(of: run)
    let known = Dictionary(sites.map { ($0.id, $0.site) }) { first, _ in first }
    var checksums: [BlockPlace: [MomentPart: Int]] = [:]
    for part in MomentPart.allCases {
      let rows = try attempt {
        try connection.query(
          "SELECT site, block, checksum FROM \(part.rawValue) WHERE site = ANY ($1::bigint[])",
          [.integers(sites.map(\.id))])
      }
      for index in 0..<rows.count {
        let row = rows[index]
        guard let site = known[row.integer(0)] else { continue }
        checksums[BlockPlace(site: site, block: row.integer(1)), default: [:]][part] =
          row.integer(2)
      }
    }
    return checksums
  }

  /// The numbers of the blocks at a site that are not known, in ranges with no other blocks in them.
  private func blocks(at site: RecordedSite, but isKnown: (BlockPlace) -> Bool) throws
    -> [ClosedRange<Int>]
  {
    let numbers = try attempt {
      try connection.query(
        "SELECT block FROM moment WHERE site = $1 ORDER BY block", [.integer(site.id)]
      ).map { $0.integer(0) }
    }
    var ranges: [ClosedRange<Int>] = []
    var isOpen = false
    for number in numbers {
      if isKnown(BlockPlace(site: site.site, block: number)) {
        isOpen = false
      } else if isOpen, let last = ranges.last {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
        isOpen = true
      }
    }
    return ranges
  }

  /// Passes each moment of a site to `body` as a row, with gamma, beta, skewness and kurtosis where it has them.
  private func forEachRow(
    of site: RecordedSite, from first: Int, inBlocks blocks: ClosedRange<Int>,
    _ body: ([Cell]) throws -> Void
  ) throws {
    try forEachBlock(
      at: site, from: blocks.lowerBound, through: blocks.upperBound, withAffine: true
    ) { block in
      let number = (block.moments.steps.first ?? 0) / StepBlock.shortest
      let rows = try attempt {
        try connection.query(
          """
          SELECT \(MomentPart.higherMoment.columns.joined(separator: ", "))
          FROM higher_moment WHERE site = $1 AND block = $2
          """, [.integer(site.id), .integer(number)])
      }
      let higher =
        rows.count == 0 ? nil : try storedBlock(rows[0], from: 0, of: .higherMoment, at: site)
      for (index, step) in block.moments.steps.enumerated() where step >= first {
        let counts = block.moments.counts(index)
        var cells: [Cell] = [
          .integer(step), .integer(counts.rows), .integer(counts.nonFinite),
        ]
        for part in [block.moments, block.affine, higher] {
          guard let part, let place = part.place(of: step, near: index) else {
            cells += [.missing, .missing]
            continue
          }
          var (one, other): ([Float], [Float]) = ([], [])
          part.read(place, into: &one, &other)
          cells += [.floats(one), .floats(other)]
        }
        try body(cells)
      }
    }
  }
}
