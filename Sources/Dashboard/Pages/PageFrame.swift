import Reports

/// A page around its parts: head, navigation, and the attributes by which its script follows the database.
struct PageFrame {
  /// The request that the page answers; nil for a page of a sentence, which is not live.
  let request: PageRequest?
  let title: String
  let database: String
  /// Where the page's event stream begins.
  var position = ""
  /// Whether its shown range of steps can be chosen.
  var hasSteps = false
  let content: HTML

  /// The document.
  var html: HTML {
    let live: HTML =
      request.map { request in
        """
         data-live="\(PageLink.address(["live"] + request.path, request.query))" \
        data-page="\(request.address)" data-position="\(position)"
        """
      } ?? ""
    let name = database.split(separator: "/").last.map(String.init) ?? database
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(title) · Normscope</title>
      <link rel="icon" href="\(PageAssets.icon.address)">
      <link rel="stylesheet" href="\(PageAssets.style.address)">
      <script src="\(PageAssets.script.address)" defer></script>
      </head>
      <body>
      <a class="skip" href="#main">Skip to the contents</a>
      <header class="top"><nav aria-label="Pages"><ul>
      \(entry("Runs", "/", request?.path.first == nil || request?.path.first == "runs"))\
      \(entry("Compare", "/compare", request?.path.first == "compare"))\
      \(entry("Events", "/events", request?.path.first == "events"))\
      </ul></nav>
      <p class="file"><bdi title="\(database)">\(name)</bdi> <span id="live" role="status"></span></p></header>
      <main id="main"\(live)>
      \(hasSteps ? range : "")\(content)</main>
      </body>
      </html>

      """
  }

  private func entry(_ text: HTML, _ address: String, _ isCurrent: Bool) -> HTML {
    let current: HTML = isCurrent && request != nil ? " aria-current=\"page\"" : ""
    return "<li><a href=\"\(address)\"\(current)>\(text)</a></li>\n"
  }

  /// The form that chooses the range of steps.
  private var range: HTML {
    guard let request else { return "" }
    let steps = request.steps
    let all: HTML =
      steps == nil
      ? ""
      : " <a href=\"\(PageLink.address(request.path, request.query.filter { !["from", "to"].contains($0.name) }))\">all steps</a>"
    return """
      <form class="range" method="get" aria-label="Steps that are shown">\(request.hiddenFields(except: ["from", "to"]))\
      <label>Steps from <input name="from" inputmode="numeric" size="8" value="\(request.value("from") ?? "")"></label> \
      <label>to <input name="to" inputmode="numeric" size="8" value="\(request.value("to") ?? "")"></label> \
      <button>Show</button>\(all)\
      <span class="note script">or drag across a figure</span></form>

      """
  }
}
