/// The commands that make the report and its figures again.
struct AgainSection {
  let commands: [String]

  var html: HTML {
    let lines = commands.map { "\($0)\n" as HTML }
    let body: HTML =
      commands.isEmpty
      ? .missing("The program that made this report did not say how.")
      : "<pre><code>\(lines)</code></pre>\n"
    return "\(ReportSection.again.heading)\(body)"
  }
}
