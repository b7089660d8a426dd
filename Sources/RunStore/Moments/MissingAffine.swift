import RunModel
import SQLite

/// A moment without gamma and beta although its site has an epsilon, as another program may have recorded it.
struct MissingAffine: Error {
  /// The row id of the site.
  let site: Int
  /// The step.
  let step: Int
}

extension RunDatabase {
  /// Runs `body`, which reads moments; its errors name this file and the missing row.
  func attemptReading(_ body: () throws -> Void) throws {
    do {
      try attempt(body)
    } catch let missing as MissingAffine {
      let place = try attempt {
        try connection.firstRow(
          """
          SELECT uuid, layer, tap, population, statistics
          FROM site JOIN run ON run.id = site.run WHERE site.id = ?
          """,
          [.integer(missing.site)]
        ) { row in
          "run \(row.text(0).prefix(8)), layer \(row.integer(1)) (\(row.text(2)), population \(row.text(3)), statistics \(row.text(4)))"
        }
      }
      throw StoreError(
        .badDatabase,
        "The table affine of \(path) has no gamma and beta of step \(missing.step) for \(place ?? "a site that is gone"), which has an epsilon; record them too, or a site without an epsilon."
      )
    }
  }
}
