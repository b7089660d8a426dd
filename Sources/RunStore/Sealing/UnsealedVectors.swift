import SQLite
import Sealing

/// The vectors of sealed moments, for an SQL query: the newest block of each site stays unsealed.
final class UnsealedVectors {
  private struct Site: Hashable {
    let id: Int
    let withAffine: Bool
  }

  private unowned let connection: Connection
  private let mostNumbers: Int
  private var sites: [Site: SealedVectors] = [:]
  private var numberCount = 0

  /// Reads from `connection`, which must outlive this.
  ///
  /// - Parameters:
  ///   - connection: the connection.
  ///   - mostNumbers: the most numbers of blocks that are kept; by default 256 MiB of them.
  init(_ connection: Connection, keeping mostNumbers: Int = 1 << 26) {
    self.connection = connection
    self.mostNumbers = mostNumbers
  }

  /// A vector of the sealed moment of a site at a step; nil where there is no such site.
  ///
  /// - Throws: `SQLiteError`, with code `corrupt` where the moment's block is damaged or not there.
  func read(_ vector: MomentVector, site id: Int, step: Int) throws -> [Float]? {
    let site = Site(id: id, withAffine: vector.table == "affine")
    guard let vectors = try sites[site] ?? add(site) else { return nil }
    var numbers: [Float] = []
    try vectors.read(vector, step: step, into: &numbers)
    return numbers
  }

  private func add(_ site: Site) throws -> SealedVectors? {
    let width = try connection.firstRow(
      "SELECT width FROM site WHERE id = ?", [.integer(site.id)]
    ) { $0.integer(0) }
    guard let width, 0...Row.largestCount ~= width else { return nil }
    let count = width * SealedSteps.span * MomentVector.all(withAffine: site.withAffine).count
    if numberCount > mostNumbers - count {
      sites = [:]
      numberCount = 0
    }
    numberCount += count
    let vectors = SealedVectors(
      connection, site: site.id, width: width, withAffine: site.withAffine)
    sites[site] = vectors
    return vectors
  }
}
