package import RunModel
import ShiftAnalysis

/// The report of one or several runs as one HTML page that needs nothing else: no file, no network.
///
/// A constant script adds the values under the pointer; the page is whole without it.
/// It opens with what was found and the figure that shows it; what the runs are and how to make the report again comes last.
/// The same database and context give the same bytes.
package struct HTMLReport {
  private let all: ReportedRuns
  private let context: ReportContext

  /// Reads the figures of `runs`; a run that is named twice is reported once.
  ///
  /// - Throws: `StoreError`.
  package init(
    of runs: [Run], in database: any RunReading, context: ReportContext = ReportContext()
  ) throws {
    all = try ReportedRuns(of: runs, in: database)
    self.context = context
  }

  /// The most runs that the heading names.
  private static let mostNames = 3

  private var runs: [ReportedRun] { all.runs }

  /// The page.
  package var html: String {
    let names = runs.isEmpty ? "No runs" : runs.map(\.label).joined(separator: ", ")
    let title = context.lead?.question ?? names
    let heading: HTML =
      switch runs.count {
      case 0: "No runs"
      case ...HTMLReport.mostNames: runs.map(\.name).joined(separator: ", ")
      default: "\(runs.count) runs"
      }
    let page: HTML = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(HoverScript.policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(title)</title>
      <style>
      \(ReportStyle.rules)
      </style>
      </head>
      <body>
      <main>
      <h1>\(context.lead.map { "\($0.question)" } ?? heading)</h1>
      \(context.lead?.html ?? "")\
      \(runs.isEmpty ? .missing("No run was named.") : content)\
      </main>
      \(HoverScript.element)
      </body>
      </html>

      """
    return page.markup
  }

  private var content: HTML {
    var sheet = FigureSheet()
    let maker = FigureMaker(all: all)
    let findings = FindingsSection(all: all)
    let opening = OpeningSection(maker, wanted: context.lead?.figure)
    let first = opening.html(&sheet)
    let sections = ReportSection.all.compactMap {
      section -> (section: ReportSection, html: HTML)? in
      let figures = section.figures.filter { $0 != opening.figure?.kind }.filter {
        $0 != .heatmap || isMapped
      }
      let drawn = figures.map { sheet.html(maker.answer($0)) }.joined(separator: "")
      return drawn.markup.isEmpty ? nil : (section, drawn)
    }
    let last = ReportSection.last
    let links = ([ReportSection.measured] + sections.map(\.section) + last).map {
      "<li><a href=\"#\($0.id)\">\($0.title)</a></li>\n" as HTML
    }
    let drawn = sections.map {
      "\($0.section.heading)\($0.section.isPaired ? "<div class=\"pair\">\n\($0.html)</div>\n" : $0.html)"
        as HTML
    }
    return """
      \(first)<nav aria-label="Contents"><ul>
      \(links)</ul></nav>
      \(findings.html)\
      \(drawn)\
      \(SummarySection(runs: runs).html)\
      \(ConfigurationSection(runs: runs, defaults: context.defaults).html)\
      \(GlossarySection.html)\
      \(AgainSection(commands: context.commands).html)
      """
  }

  /// Whether there are enough layers for a map, and not so many that the figure of the shift is a map already.
  private var isMapped: Bool {
    let count = Set(runs.flatMap { $0.sinceStart.map(\.layer) }).count
    return (HeatmapFigure.leastLayers...LayerGroups.many).contains(count)
  }
}
