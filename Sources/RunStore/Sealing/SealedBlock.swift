import RunModel
import SQLite
import Sealing

/// The moments of a block of steps at one site, before they are sealed or after they were unsealed.
struct SealedBlock {
  /// A row of `sealed`, without its site and step.
  struct Part {
    let vector: Int
    let unit: Int
    let bits: [UInt8]

    /// About what a row of `sealed` takes besides its bits.
    static let bytesBeside = 32
  }

  /// The fewest steps that are sealed: the bases must be worth their room.
  static let fewestSteps = 16
  /// The most bytes that the vectors of a block may take, as whoever reads one of its moments holds them all.
  static let mostBytes = 16 << 20

  /// The steps.
  private(set) var steps = SealedSteps(start: 0)
  /// The number of features.
  let width: Int
  private let vectors: [MomentVector]
  /// The vectors at each place among the steps, one kind after the other; without rows until there are some.
  private var numbers: NumberTable

  /// Describes a block of moments of `width` features.
  init(width: Int, withAffine: Bool) {
    self.width = width
    vectors = MomentVector.all(withAffine: withAffine)
    numbers = NumberTable(rowCount: 0, width: width)
  }

  private mutating func makeRoom() {
    guard numbers.rowCount == 0 else { return }
    numbers = NumberTable(rowCount: vectors.count * SealedSteps.span, width: width)
  }

  /// Whether blocks of this width are too large to be sealed.
  var isTooLarge: Bool {
    width > SealedBlock.mostBytes / (vectors.count * SealedSteps.span * MemoryLayout<Float>.stride)
  }

  /// Whether gamma and beta are there.
  var hasAffine: Bool { vectors.count > 2 }

  private static func row(_ vector: MomentVector, _ place: Int) -> Int {
    (vector.rawValue - 1) * SealedSteps.span + place
  }

  /// The place of a step among the steps; nil where it is none of them.
  func place(of step: Int) -> Int? {
    let guess = step - steps.start
    return steps.steps.indices.contains(guess) && steps.steps[guess] == step
      ? guess : steps.steps.firstIndex(of: step)
  }

  /// Copies a vector of the step at a place among the steps.
  func read(_ vector: MomentVector, at place: Int, into numbers: inout [Float]) {
    self.numbers.read(row: SealedBlock.row(vector, place), into: &numbers)
  }

  /// Copies the moment at a place among the steps.
  func read(at place: Int, into moment: inout Moment) {
    moment.step = steps.steps[place]
    moment.count = steps.counts[place]
    moment.nonFiniteCount = steps.nonFiniteCounts[place]
    read(.mean, at: place, into: &moment.mean)
    read(.variance, at: place, into: &moment.variance)
    guard hasAffine else {
      moment.gamma = []
      moment.beta = []
      return
    }
    read(.gamma, at: place, into: &moment.gamma)
    read(.beta, at: place, into: &moment.beta)
  }

  // MARK: - Sealing

  /// Removes all steps, and begins the block that begins at `start`.
  mutating func begin(at start: Int) { steps = SealedSteps(start: start) }

  /// Adds a step of the block, whose vectors are written then.
  ///
  /// - Returns: false where it does not come after the others, or has an impossible number: then the block cannot be sealed.
  mutating func append(step: Int, count: Int, nonFiniteCount: Int) -> Bool {
    let numbers = 0...Row.largestCount
    guard step > steps.steps.last ?? -1, numbers ~= count, numbers ~= nonFiniteCount else {
      return false
    }
    steps.append(step: step, count: count, nonFiniteCount: nonFiniteCount)
    return true
  }

  /// Copies a vector of the newest step, which has the block's width.
  mutating func write(_ vector: MomentVector, _ numbers: Span<Float>) {
    makeRoom()
    self.numbers.write(numbers, toRow: SealedBlock.row(vector, steps.steps.count - 1))
  }

  /// The rows of `sealed` that hold the block; nil where it has few steps, or they take more room than the vectors.
  func sealed() -> [Part]? {
    guard steps.steps.count >= SealedBlock.fewestSteps else { return nil }
    var parts = [Part(vector: 0, unit: 0, bits: steps.bytes)]
    for vector in vectors {
      for unit in stride(from: 0, to: width, by: SealedUnits.unitCount) {
        let first = SealedBlock.row(vector, 0)
        let bits = numbers.seal(
          rows: first..<first + steps.steps.count,
          columns: unit..<min(unit + SealedUnits.unitCount, width))
        parts.append(Part(vector: vector.rawValue, unit: unit, bits: bits))
      }
    }
    let plainBytes = vectors.count * steps.steps.count * width * MemoryLayout<Float>.stride
    let sealedBytes = parts.reduce(0) { $0 + $1.bits.count + Part.bytesBeside }
    return sealedBytes < plainBytes ? parts : nil
  }

  // MARK: - Unsealing

  /// Unseals the block of a site that begins at `start`.
  ///
  /// - Throws: `SQLiteError` with code `corrupt` where it is damaged or not there.
  mutating func unseal(from start: Int, at site: Int64, _ connection: Connection) throws {
    begin(at: start)
    // A width that the file's bytes contradict must not demand memory.
    guard try numbers.rowCount > 0 || hasAllParts(at: site, connection) else {
      throw SealedBlock.damaged(start)
    }
    makeRoom()
    var next = (vector: 0, unit: 0)
    try connection.statement(
      """
      SELECT vector, unit, bits FROM sealed WHERE site = ? AND step = ? AND vector <= ?
      ORDER BY vector, unit
      """
    ).forEachRow([.integer(site), .integer(start), .integer(vectors.count)]) { row in
      guard (row.integer(0), row.integer(1)) == next, try unseal(row) else {
        throw SealedBlock.damaged(start)
      }
      next.unit += next.vector == 0 ? width : SealedUnits.unitCount
      if next.unit >= width { next = (next.vector + 1, 0) }
    }
    guard next == (vectors.count + 1, 0) else { throw SealedBlock.damaged(start) }
  }

  private func hasAllParts(at site: Int64, _ connection: Connection) throws -> Bool {
    let count = try connection.firstRow(
      "SELECT count(*) FROM sealed WHERE site = ? AND step = ? AND vector BETWEEN 1 AND ?",
      [.integer(site), .integer(steps.start), .integer(vectors.count)]
    ) { $0.integer(0) }
    let units = SealedUnits.unitCount
    return count == vectors.count * (width / units + (width % units == 0 ? 0 : 1))
  }

  /// Unseals a row of `sealed`.
  ///
  /// - Returns: false where it is damaged.
  private mutating func unseal(_ row: borrowing Row) throws -> Bool {
    guard let vector = MomentVector(rawValue: row.integer(0)) else {
      guard
        let steps = SealedSteps(row.bytes(2), start: steps.start, largest: Row.largestCount)
      else { return false }
      self.steps = steps
      return true
    }
    let first = SealedBlock.row(vector, 0)
    let unit = row.integer(1)
    let columns = unit..<min(unit + SealedUnits.unitCount, width)
    let rows = first..<first + steps.steps.count
    return row.withBytes(2) { numbers.unseal($0, rows: rows, columns: columns) }
  }

  static func damaged(_ start: Int) -> SQLiteError {
    SQLiteError(
      code: .corrupt,
      message: "the sealed moments of steps \(start) to \(start + SealedSteps.span - 1) are damaged"
    )
  }
}
