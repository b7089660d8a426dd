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
      try connection.query(
        """
        SELECT coalesce(sum(4 * width * (2 + 2 * (derives_normalized IS NOT NULL)::int)
          * (SELECT sum(cardinality(steps)) FROM moment WHERE moment.site = site.id)), 0)::bigint
        FROM site WHERE run = $1
        """, [.integer(run.id)]
      )[0].integer(0)
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
    return RecordedTable(name: "moment", columns: numbers + vectors, isOfSite: true) {
      run, first, body in
      for site in try self.sites(of: run) {
        try self.forEachRow(of: site, from: first) { try body(site.site, $0) }
      }
    }
  }

  /// Passes each moment of a site to `body` as a row, with gamma, beta, skewness and kurtosis where it has them.
  private func forEachRow(
    of site: RecordedSite, from first: Int, _ body: ([Cell]) throws -> Void
  ) throws {
    try forEachBlock(
      at: site, from: first / StepBlock.shortest, through: .max, withAffine: true
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
