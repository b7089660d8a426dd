package import RunModel

extension CentralDatabase {
  package func sites(of run: Run) throws -> [RecordedSite] {
    try sites(ofRun: run.id, shortID: run.shortID)
  }

  /// The sites of the run with a row id, which need not show yet.
  func sites(ofRun id: Int, shortID: String) throws -> [RecordedSite] {
    try attempt {
      var read: [Int] = []
      let found = try ahead.sites.records(of: id) { runs in
        let sites = try self.sites(ofRuns: runs, shortID: shortID)
        if runs.count > 1 { read = sites.map(\.record.id) }
        return sites
      }
      if !read.isEmpty { ahead.stepRanges = RecordsAhead(of: read) }
      return found
    }
  }

  private func sites(ofRuns runs: [Int], shortID: String) throws -> [(
    owner: Int, record: RecordedSite
  )] {
    try connection.query(
      """
      SELECT id, layer, tap, population, statistics, width, epsilon, layer_name, layer_kind,
        shape, activation, derives_normalized, run
      FROM site WHERE run = ANY ($1::bigint[])
      ORDER BY run, layer,
        CASE tap WHEN 'input' THEN 0 WHEN 'preactivation' THEN 1 WHEN 'activation' THEN 2 ELSE 3 END,
        population COLLATE "C", statistics COLLATE "C"
      """, [.integers(runs)]
    ).map { row in
      let (layer, width) = (try count(row, 1), row.integer(5))
      guard (1...CentralDatabase.largestWidth).contains(width) else {
        throw damaged("holds a tensor of \(width) features")
      }
      if let epsilon = row.optionalReal(6), !(epsilon >= 0 && epsilon.isFinite) {
        throw damaged("holds the epsilon \(epsilon) for layer \(layer) of run \(shortID)")
      }
      guard layer > 0 else {
        throw damaged("holds a layer 0 of run \(shortID), and layers count from 1")
      }
      let site = RecordedSite(
        id: row.integer(0),
        site: Site(
          layer: layer, tap: try known(Site.Tap(rawValue: row.text(2)), row.text(2)),
          population: try known(Site.Population(rawValue: row.text(3)), row.text(3)),
          statistics: try known(StatisticsMode(rawValue: row.text(4)), row.text(4)),
          width: width, epsilon: row.optionalReal(6), layerName: row.optionalText(7),
          layerKind: row.optionalText(8),
          shape: try row.optionalText(9).map { try known(TensorShapeText.shape($0), $0) },
          activation: row.optionalText(10),
          derivesNormalized: row.optionalInteger(11).map { $0 == 1 }))
      return (owner: row.integer(12), record: site)
    }
  }

  /// The largest number of features of a site: two vectors of each step of a block are a row of 1 GiB, PostgreSQL's longest.
  static let largestWidth = (1 << 30) / (2 * MemoryLayout<Float>.stride) / StepBlock.shortest - 1
}
