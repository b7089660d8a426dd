/// The configuration and the provenance of the runs.
struct ConfigurationSection {
  let runs: [ReportedRun]

  var html: HTML {
    let configuration = KeyedTable(
      caption: "A row for each key, a column for each run", runs: runs,
      values: runs.map(\.configuration))
    let provenance = KeyedTable(
      caption: "The machine, the program and the data behind the numbers", runs: runs,
      values: runs.map(\.provenance))
    return """
      <h2>Configuration</h2>
      \(configuration.html ?? .missing("No run has a configuration."))\
      <h2>Provenance</h2>
      \(sources)\(provenance.html ?? .missing("No run has a provenance."))
      """
  }

  /// An entry for each data set: its authors and its license.
  private var sources: HTML {
    var notes = RunNotes()
    for run in runs {
      let name = run.provenance["data.name"].map { "\($0), " } ?? ""
      let text = run.provenance["data.source"].map { name + $0 }
      notes.add("\(text ?? "source and license not recorded")", of: run)
    }
    let entries = notes.sentences.map { "<li>\($0)</li>\n" as HTML }
    return "<p>The data, their source and their license:</p>\n<ul>\n\(entries)</ul>\n"
  }
}

/// A table of keys and values, a column for each run, that marks the keys whose values differ.
struct KeyedTable {
  let caption: HTML
  let runs: [ReportedRun]
  /// The values of each run, by key.
  let values: [[String: String]]

  /// The table; nil where there are no keys.
  var html: HTML? {
    let keys = Set(values.flatMap(\.keys)).sorted()
    guard !keys.isEmpty else { return nil }
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
