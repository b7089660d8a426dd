/// Records of one kind that several owners have, which are read for many owners at once.
struct RecordsAhead<Record> {
  private let owners: [Int]
  private let places: [Int: Int]
  private var known: [Int: [Record]] = [:]

  /// The most owners whose records are read at once.
  private static var atOnce: Int { 4_096 }

  /// The records of owners, by their row ids, which are asked for in this order.
  init(of owners: [Int] = []) {
    self.owners = owners
    places = Dictionary(zip(owners, owners.indices)) { first, _ in first }
  }

  /// The records of an owner; those of the owners after it are read with them.
  ///
  /// - Parameters:
  ///   - owner: the row id.
  ///   - read: reads the records of owners, each with the id of its owner.
  /// - Returns: the records.
  /// - Throws: what `read` throws.
  mutating func records(of owner: Int, _ read: ([Int]) throws -> [(owner: Int, record: Record)])
    throws -> [Record]
  {
    if let found = known[owner] { return found }
    guard let place = places[owner] else { return try read([owner]).map(\.record) }
    let next = owners[place...].prefix(RecordsAhead.atOnce)
    known = Dictionary(next.map { ($0, []) }) { first, _ in first }
    for (owner, record) in try read(Array(next)) { known[owner]?.append(record) }
    return known[owner] ?? []
  }
}
