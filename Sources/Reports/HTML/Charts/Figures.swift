/// The figures of a report, numbered in the order in which they are made.
struct Figures {
  private var count = 0

  /// Makes a figure of charts side by side, `columns` in a row.
  ///
  /// `legend` has the runs to name, none where the charts carry names; the charts' sizes are set to fit.
  mutating func make(
    _ title: HTML, legend: [ReportedRun], columns: Int = 1, caption: HTML, charts: [LineChart]
  ) -> HTML {
    make(title, legend: legend, maps: nil, columns: columns, caption: caption, charts: charts)
  }

  /// Makes a figure of maps, one below the other, and of charts that a reader opens to see.
  mutating func make(
    _ title: HTML, legend: [ReportedRun], maps: (maps: [Heatmap], legend: HTML)?, columns: Int,
    caption: HTML, charts: [LineChart]
  ) -> HTML {
    count += 1
    let number = count
    let (width, height) =
      switch columns {
      case 1: (960.0, 330.0)
      case 2: (468.0, 250.0)
      default: (304.0, 215.0)
      }
    let drawn = charts.enumerated().map { place, chart -> HTML in
      var chart = chart
      (chart.width, chart.height) = (width, height)
      return chart.svg(id: "figure-\(number)-\(place + 1)")
    }
    let drawnMaps = maps?.maps.enumerated().map { $1.svg(id: "figure-\(number)-map-\($0 + 1)") }
    let entries = legend.map { "<li>\($0.swatchedName)</li>" as HTML }
    let key: HTML = legend.isEmpty ? "" : "<ul class=\"legend\">\(entries)</ul>\n"
    let panels: HTML = "\(key)<div class=\"charts of\(columns)\">\n\(drawn)</div>\n"
    let body: HTML
    if let maps, let drawnMaps {
      body = """
        \(maps.legend)<div class="charts of1">
        \(drawnMaps)</div>
        <details><summary>\(charts.count) panels, one for each layer</summary>
        \(panels)</details>

        """
    } else {
      body = panels
    }
    return """
      <figure id="figure-\(number)">
      \(body)<figcaption><p><b>Figure \(number). \(title).</b></p>
      \(caption)</figcaption>
      </figure>

      """
  }
}
