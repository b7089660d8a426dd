import RunModel
import SQLite

/// A check that recorded outputs of plain batch norm on the training batch follow from its input.
///
/// There the mean is beta and the variance gamma² σ²/(σ²+ε) (Ioffe and Szegedy 2015, Algorithm 1), up to roundings
/// of float32: 10⁻⁴ (|gamma| + |beta|) + 2⁻²⁰ |gamma| |μ|/√(σ²+ε) for the mean, and 10⁻³ gamma² for the variance.
/// The outputs of ghost batch norm, noisy batch norm and layer norm differ, so only sites with `derives_normalized` are checked.
struct NormalizedCheck {
  let database: RunDatabase
  let run: Int
  let reporter: CheckReporter

  private struct Pair {
    let layer: Int
    let reader: Int
    let output: Int
    let width: Int
    let epsilon: Double
  }

  /// - Throws: `SQLiteError`, or what the reporter throws.
  func check() throws {
    for pair in try pairs() { try check(pair) }
  }

  /// The input and output sites of plain batch norm, for each layer that recorded both.
  private func pairs() throws -> [Pair] {
    try database.connection.rows(
      """
      SELECT reader.layer, reader.id, output.id, reader.width, reader.epsilon
      FROM site AS reader JOIN site AS output ON output.run = reader.run AND output.layer = reader.layer
        AND output.width = reader.width
      WHERE reader.run = ? AND reader.epsilon IS NOT NULL AND output.tap = 'normalized'
        AND reader.population = 'batch' AND output.population = 'batch'
        AND reader.statistics = 'batch' AND output.statistics = 'batch'
        AND reader.derives_normalized = 1
      """,
      [.integer(run)]
    ) { row in
      Pair(
        layer: row.integer(0), reader: row.integer(1), output: row.integer(2),
        width: row.integer(3), epsilon: row.real(4))
    }
  }

  private func check(_ pair: Pair) throws {
    let (reader, output) = (
      vectors(at: pair.reader, pair, withAffine: true),
      vectors(at: pair.output, pair, withAffine: false)
    )
    try database.connection.statement(
      """
      SELECT reader.step, reader.mean, reader.variance, gamma, beta, output.mean, output.variance
      FROM moment AS reader LEFT JOIN affine ON affine.moment = reader.id
        JOIN moment AS output ON output.site = ?2 AND output.step = reader.step
      WHERE reader.site = ?1 AND reader.non_finite_count = 0 AND output.non_finite_count = 0
      ORDER BY reader.step
      """
    ).forEachRow([.integer(pair.reader), .integer(pair.output)]) { row in
      let columns =
        MomentVector.allCases.map { (reader, $0, $0.rawValue) }
        + [(output, .mean, 5), (output, .variance, 6)]
      var vectors = columns.map { _ in [Float]() }
      do {
        for (index, (sealed, vector, column)) in columns.enumerated() {
          let isSealed = SealedVectors.isSealed(row, sealed === reader ? 1 : 5)
          try sealed.read(
            vector, row, column, isSealed: isSealed, step: row.integer(0), into: &vectors[index])
        }
      } catch let error as SQLiteError where error.code == .corrupt {
        // Damaged vectors were reported already.
        return
      }
      for unit in 0..<pair.width {
        let values = vectors.map { Double($0[unit]) }
        guard !isDerived(values, epsilon: pair.epsilon) else { continue }
        return try reporter.at("layer \(pair.layer) normalized").at(.step, row.integer(0)).fault(
          "normalized",
          "unit \(unit + 1) has the mean \(vectors[4][unit]) and the variance \(vectors[5][unit]), which do "
            + "not follow from what batch norm read.")
      }
    }
  }

  private func vectors(at site: Int, _ pair: Pair, withAffine: Bool) -> SealedVectors {
    SealedVectors(database.connection, site: site, width: pair.width, withAffine: withAffine)
  }

  /// Whether values are consistent: mean and variance of the input, gamma, beta, mean and variance of the output.
  private func isDerived(_ values: [Double], epsilon: Double) -> Bool {
    let (mean, variance, gamma, beta) = (values[0], values[1], values[2], values[3])
    guard values.allSatisfy(\.isFinite) else { return true }
    let derived = gamma * gamma * variance / (variance + epsilon)
    let meanTolerance =
      1e-4 * (abs(gamma) + abs(beta)) + 0x1p-20 * abs(gamma * mean)
      / (variance + epsilon).squareRoot()
    return abs(values[4] - beta) <= meanTolerance
      && abs(values[5] - derived) <= 1e-3 * gamma * gamma
  }
}
