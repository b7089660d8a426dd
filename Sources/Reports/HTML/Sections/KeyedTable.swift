import RunModel

/// A table of keys and values, a column for each run, that marks the keys whose values differ.
struct KeyedTable {
  let caption: HTML
  let runs: [ReportedRun]
  /// The values of each run, by key.
  let values: [[String: String]]

  /// The rows of the keys in `shown`, and the other rows folded under their number and `rest`; nil where there are no keys.
  func html(shown: Set<String>, rest: HTML) -> HTML? {
    let keys = Set(values.flatMap(\.keys)).sorted()
    guard !keys.isEmpty else { return nil }
    let open = keys.filter(shown.contains)
    let folded = keys.filter { !shown.contains($0) }
    let fold: HTML =
      folded.isEmpty
      ? ""
      : """
      <details><summary>\(counted(folded.count, "key")) \(rest)</summary>
      \(table(folded))</details>

      """
    return "\(open.isEmpty ? "" : table(open))\(fold)"
  }

  private func table(_ keys: [String]) -> HTML {
    let differing = Set(KeyedTable.differingKeys(of: values))
    return HTMLTable(
      caption: caption, corner: "key", columns: runs.map(\.swatchedName),
      rows: keys.map { key in
        HTMLTable.Row(
          heading: "<code>\(key)</code>",
          cells: values.map { values in values[key].map { "<bdi>\($0)</bdi>" } ?? "not set" },
          isMarked: differing.contains(key))
      }
    ).html
  }

  /// The keys that have different values, or one in some only, in order.
  static func differingKeys(of values: [[String: String]]) -> [String] {
    Set(values.flatMap(\.keys)).sorted().filter { key in
      values.contains { $0[key] != values[0][key] }
    }
  }
}
