extension RecordReading {
  /// The checksums of the parts of each block of moments of a run, of its rows as they are here.
  ///
  /// - Throws: `StoreError`.
  package func blockChecksums(of run: Run) throws -> [BlockPlace: [MomentPart: Int]] {
    guard let table = try recordedTables().first(where: { $0.name == MomentPart.moment.rawValue })
    else { return [:] }
    let places = MomentPart.allCases.map { (part: $0, columns: $0.places(in: table)) }
    var checksums: [BlockPlace: [MomentPart: BlockChecksum]] = [:]
    try table.forEachRow(run) { site, cells in
      guard let site, case .integer(let step) = cells[0], case .integer(let count) = cells[1],
        case .integer(let nonFinite) = cells[2]
      else { return }
      let place = BlockPlace(site: site, block: step / StepBlock.shortest)
      for (part, columns) in places {
        guard case .floats(let one) = cells[columns.0], case .floats(let other) = cells[columns.1]
        else { continue }
        checksums[place, default: [:]][part, default: BlockChecksum(of: part)].add(
          step: step, counts: (count, nonFinite), one.span, other.span)
      }
    }
    return checksums.mapValues { $0.mapValues(\.value) }
  }
}

extension MomentPart {
  /// The places of its two vectors among the columns of the rows of moments.
  package func places(in table: RecordedTable) -> (Int, Int) {
    func place(_ name: String) -> Int { table.columns.firstIndex { $0.name == name } ?? 0 }
    return (place(vectors.0), place(vectors.1))
  }
}
