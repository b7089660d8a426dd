import StrictJSON

/// The configuration and the provenance of the runs.
struct ConfigurationSection {
  let runs: [ReportedRun]
  /// The default of each key, as JSON.
  let defaults: String

  var html: HTML {
    let configuration = KeyedTable(
      caption: "A row for each key, a column for each run", runs: runs,
      values: runs.map(\.configuration))
    let provenance = KeyedTable(
      caption: "The machine, the program and the data behind the numbers", runs: runs,
      values: runs.map(\.provenance))
    let differing = Set(KeyedTable.differingKeys(of: runs.map(\.provenance)))
    return """
      \(ReportSection.configuration.heading)\
      \(configuration.html(shown: shownKeys, rest: "with the default, or with one value in all runs")
        ?? .missing("No run has a configuration."))\
      <h2>Provenance</h2>
      \(sources)\(provenance.html(shown: differing, rest: "with one value in all runs")
        ?? .missing("No run has a provenance."))
      """
  }

  /// The keys whose values differ between the runs, or from their defaults.
  private var shownKeys: Set<String> {
    let members = JSONValue(text: defaults)?.flattened ?? []
    let usual = Dictionary(members.map { ($0.key, $0.value.text) }) { $1 }
    let unusual = runs.flatMap { run in
      run.configuration.filter { key, value in usual[key].map { $0 != value } ?? false }.keys
    }
    return Set(KeyedTable.differingKeys(of: runs.map(\.configuration))).union(unusual)
  }

  /// An entry for each data set: its authors and its license.
  private var sources: HTML {
    var notes = RunNotes()
    for run in runs {
      let name = run.provenance["data.name"].map { "\($0), " } ?? ""
      let text = run.provenance["data.source"].map { name + $0 }
      notes.add(text ?? "source and license not recorded", of: run)
    }
    let entries = notes.sentences.map { "<li>\($0)</li>\n" as HTML }
    return "<p>The data, their source and their license:</p>\n<ul>\n\(entries)</ul>\n"
  }
}
