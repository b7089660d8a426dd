extension Dataset {
  /// The data set with its features in the order of `names`; unchanged where it has no names.
  ///
  /// - Parameters:
  ///   - names: the names of other features; nil where they have none.
  ///   - other: the owner of these features, for a sentence.
  /// - Returns: the same examples.
  /// - Throws: `DatasetError` where the names differ, or are repeated and thus ambiguous.
  package func arranged(by names: [String]?, of other: String) throws(DatasetError) -> Dataset {
    guard let names, let columns, names != columns else { return self }
    let places = Dictionary(columns.enumerated().map { ($1, $0) }) { first, _ in first }
    if let missing = names.first(where: { places[$0] == nil }) {
      throw differing("\(name) has no column \(missing.quotedForMessage), which \(other) has")
    }
    let known = Set(names)
    if let stray = columns.first(where: { !known.contains($0) }) {
      throw differing("\(name) has a column \(stray.quotedForMessage), which \(other) has not")
    }
    guard names.count == columns.count, places.count == columns.count else {
      let repeated = Dataset.firstRepeated(places.count == columns.count ? names : columns) ?? ""
      throw differing(
        "\(name) and \(other) have several columns \(repeated.quotedForMessage), and not in the same order"
      )
    }
    let order = names.compactMap { places[$0] }
    return try Dataset(
      name: name, source: source, train: train.selectingColumns(order),
      test: test.selectingColumns(order), columns: names)
  }

  private static func firstRepeated(_ names: [String]) -> String? {
    var seen: Set<String> = []
    return names.first { !seen.insert($0).inserted }
  }

  private func differing(_ finding: String) -> DatasetError {
    .badData("\(finding): use data of the same columns, or give those that mean the same one name.")
  }
}
