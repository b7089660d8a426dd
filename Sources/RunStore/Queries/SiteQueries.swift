public import RunModel
import SQLite

extension RunDatabase {
  /// The sites of a run, by layer and in the order in which data passes through them.
  ///
  /// - Throws: `StoreError`.
  public func sites(of run: Run) throws -> [RecordedSite] {
    try attempt {
      let largestWidth = try largestWidth()
      return try connection.rows(
        """
        SELECT id, layer, tap, population, statistics, width, epsilon, layer_name, layer_kind,
          shape, activation, derives_normalized
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
        let layer = try row.count(1)
        if let epsilon = row.optionalReal(6), !(epsilon >= 0 && epsilon.isFinite) {
          throw StoreError(
            .badDatabase,
            "The database \(path) holds the epsilon \(epsilon) for layer \(layer) (\(row.text(2)), "
              + "population \(row.text(3)), statistics \(row.text(4))) of run \(run.shortID); restore it from a copy."
          )
        }
        guard layer > 0 else {
          throw StoreError(
            .badDatabase,
            "The database \(path) holds a layer 0 of run \(run.shortID), and layers count from 1; restore it from a copy."
          )
        }
        return RecordedSite(
          id: row.integer(0),
          site: Site(
            layer: layer, tap: try known(Site.Tap(rawValue: row.text(2)), row.text(2)),
            population: try known(Site.Population(rawValue: row.text(3)), row.text(3)),
            statistics: try known(StatisticsMode(rawValue: row.text(4)), row.text(4)),
            width: width, epsilon: row.optionalReal(6), layerName: row.optionalText(7),
            layerKind: row.optionalText(8), shape: try row.optionalText(9).map(shape),
            activation: row.optionalText(10),
            derivesNormalized: row.optionalInteger(11).map { $0 == 1 }))
      }
    }
  }

  /// The number of features of the largest vector that fits into the file.
  ///
  /// Memory is allocated by the width of a site before its vectors are read, so a small damaged file must not demand all of it.
  func largestWidth() throws -> Int {
    let bytes = try connection.firstRow(
      "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
    ) { $0.integer(0) }
    return (bytes ?? 0) / MemoryLayout<Float>.stride
  }

  /// The shape that `text`, such as "[64,56,56]", is of.
  private func shape(_ text: String) throws -> [Int] {
    guard let shape = TensorShapeText.shape(text) else {
      throw StoreError(
        .badDatabase,
        "The database \(path) holds the impossible shape \(text.prefix(40)); restore it from a copy."
      )
    }
    return shape
  }

  /// The value of an enumeration, which the constraints of the schema should have ensured.
  func known<Value>(_ value: Value?, _ text: String) throws -> Value {
    guard let value else {
      throw StoreError(
        .badDatabase,
        "The database \(path) holds an unknown word, \"\(text)\"; restore it from a copy.")
    }
    return value
  }
}
