package import RunModel

/// The report of one or several runs as one HTML page that needs nothing else: no script, no file, no network.
///
/// The same database gives the same bytes.
package struct HTMLReport {
  private let runs: [ReportedRun]

  /// Reads the figures of `runs`; a run that is named twice is reported once.
  ///
  /// - Throws: `StoreError`.
  package init(of runs: [Run], in database: any RunReading) throws {
    var seen: Set<String> = []
    let runs = runs.filter { seen.insert($0.uuid).inserted }
    let names = runs.map { $0.name.isEmpty ? $0.shortID : $0.name }
    let shared = try SharedRecords(of: runs, in: database)
    self.runs = try runs.indices.map { index in
      let isShared = names.count { $0 == names[index] } > 1
      return try ReportedRun(
        runs[index], index: index,
        label: isShared ? "\(names[index]) (\(runs[index].shortID))" : names[index],
        shared: shared, in: database)
    }
  }

  /// The page.
  package var html: String {
    let title = runs.isEmpty ? "No runs" : runs.map(\.label).joined(separator: ", ")
    let heading: HTML = runs.isEmpty ? "No runs" : runs.map(\.name).joined(separator: ", ")
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      \(ReportStyle.rules)
      </style>
      </head>
      <body>
      <main>
      <h1>\(heading)</h1>
      <p class="subtitle">Training runs recorded by Normscope</p>
      \(runs.isEmpty ? .missing("No run was named.") : content)\
      </main>
      </body>
      </html>

      """
    return page.markup
  }

  private var content: HTML {
    var figures = Figures()
    let training = TrainingFigures(runs: runs)
    let shift = ShiftFigures(runs: runs)
    let gradients = GradientFigures(runs: runs)
    return """
      \(SummarySection(runs: runs).html)\
      \(FindingsSection(runs: runs).html)\
      <h2>Training</h2>
      \(training.accuracy(&figures))\(training.loss(&figures))\
      <h2>Distribution shift</h2>
      \(shift.sinceStart(&figures))\(shift.sincePrevious(&figures))\
      \(NoiseFigure(runs: runs).html(&figures))\(shift.normalized(&figures))\
      \(BandFigure(runs: runs).html(&figures))\
      \(gradients.section(&figures))\
      \(ConfigurationSection(runs: runs).html)\
      \(GlossarySection.html)
      """
  }
}
