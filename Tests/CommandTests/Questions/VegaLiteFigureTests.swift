import FoundationEssentials
import TestSupport
import Testing

@Suite("Figures as specifications of Vega-Lite")
struct VegaLiteFigureTests {
  static let kinds = [
    "shift", "distance", "heatmap", "previous", "noise", "histograms", "bands", "accuracy", "loss",
    "gap",
    "normalized", "gradients", "landscape",
  ]
  static let runs = ["bn-1", "none-1"]

  /// A specification, as far as the tests read it.
  struct Spec: Decodable {
    let concat: [Panel]
    let background: String
    let columns: Int

    struct Panel: Decodable {
      let data: Values?
      let layer: [Layer]?

      /// The rows of all its layers, or its own.
      var rows: [Row] { data?.values ?? layer?.flatMap { $0.data.values } ?? [] }
    }
    struct Layer: Decodable { let data: Values }
    struct Values: Decodable { let values: [Row] }
    struct Row: Decodable {
      let series: String?
      let layer: String?
      let step: Int?
      let value: Double?
      let low: Double?
      let high: Double?
      let beyond: Double?
      let bin: Int?
      let share: Double?
    }
  }

  static func run(_ arguments: [String], in folder: TemporaryFolder) throws -> CommandRun {
    let database = try PreparedFolder.shared().folder.file("runs.db")
    return try CommandRun.product(
      "normscope", arguments, in: folder.path, environment: ["NORMSCOPE_DB": database])
  }

  static func spec(_ kind: String, _ options: [String] = [], in folder: TemporaryFolder) throws
    -> Spec
  {
    let name = "\(kind).vl.json"
    let run = try run(["figure", kind] + runs + ["-o", name] + options, in: folder)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
    return try JSONDecoder().decode(
      Spec.self, from: try Data(contentsOf: URL(fileURLWithPath: folder.file(name))))
  }

  /// A table of numbers below a figure of the report.
  struct Table {
    let columns: [String]
    let rows: [(step: Int, cells: [String])]
  }

  static func tables(_ kind: String, in page: String) throws -> [Table] {
    let figure = try #require(page.components(separatedBy: "<figure id=\"\(kind)\">").last)
      .components(separatedBy: "</figure>")[0]
    func texts(_ html: Substring, _ tag: String) -> [String] {
      html.components(separatedBy: "</\(tag)>").dropLast().compactMap { part in
        part.components(separatedBy: "<\(tag)").last?.split(
          separator: ">", maxSplits: 1, omittingEmptySubsequences: false
        ).last.map { String($0).replacing("<bdi>", with: "").replacing("</bdi>", with: "") }
      }
    }
    return figure.components(separatedBy: "<table>").dropFirst().map { table in
      let lines = table.split(separator: "\n")
      let head = lines.first { $0.hasPrefix("<thead>") } ?? ""
      return Table(
        columns: Array(texts(head, "th").dropFirst()),
        rows: lines.filter { $0.hasPrefix("<tr><th scope=\"row\">") }.map { line in
          let step = texts(line, "th").first?.replacing(",", with: "") ?? ""
          return (Int(step) ?? -1, texts(line, "td"))
        })
    }
  }

  @Test("The data are those of the tables of the report, panel by panel")
  func data() throws {
    let folder = try TemporaryFolder()
    let report = try Self.run(["export"] + Self.runs + ["-o", "report.html"], in: folder)
    #expect(report.exitCode == 0)
    let page = try String(contentsOfFile: folder.file("report.html"), encoding: .utf8)
    for kind in Self.kinds {
      let panels = try Self.spec(kind, in: folder).concat
      let tables = try Self.tables(kind, in: page)
      #expect(panels.count == tables.count && !panels.isEmpty, "\(kind)")
      for (panel, table) in zip(panels, tables) {
        #expect(!table.rows.isEmpty && !table.columns.isEmpty, "\(kind)")
        for row in table.rows {
          #expect(row.cells.count == table.columns.count)
          for (column, cell) in zip(table.columns, row.cells) where !cell.isEmpty {
            let (name, field) = Self.field(column)
            guard let field else {
              let quantile = try Self.quantile(
                column, in: panel.rows.filter { $0.step == row.step })
              #expect(
                abs(quantile - (Double(cell) ?? .nan)) <= 6e-3 * max(1, abs(quantile)),
                "\(kind): \(column) at step \(row.step) is \(quantile), \(cell) in the table")
              continue
            }
            let found = panel.rows.first {
              $0.step == row.step && ($0.series ?? $0.layer ?? name) == name && field($0) != nil
            }.flatMap(field)
            guard cell != "undefined" else {
              #expect(found == nil, "\(kind): \(column) at step \(row.step)")
              continue
            }
            let isShare = cell.hasSuffix(" %")
            let shown = try #require(Double(cell.replacing(" %", with: "")), "\(kind): \(cell)")
            let value = try #require(found, "\(kind): \(column) at step \(row.step)")
            let difference = abs(value * (isShare ? 100 : 1) - shown)
            #expect(
              difference <= (isShare ? 0.051 : 6e-4 * abs(shown)),
              "\(kind): \(column) at step \(row.step) is \(value), \(shown) in the table")
          }
        }
      }
    }
  }

  /// The upper edge of the bin in which a column such as "10 % are below" ends, from the bins of a step.
  private static func quantile(_ column: String, in rows: [Spec.Row]) throws -> Double {
    let level = try #require(Double(column.prefix { $0.isNumber })) / 100
    let bins = rows.filter { $0.bin != nil }.sorted { ($0.bin ?? 0) < ($1.bin ?? 0) }
    try #require(bins.count > 1)
    let width = (try #require(bins[1].value)) - (try #require(bins[0].value))
    let shares = try bins.map { try #require($0.share) }
    var below = 0.0
    let place = shares.firstIndex { share in
      below += share
      return below >= level * shares.reduce(0, +)
    }
    return try #require(bins[place ?? 0].value) + width / 2
  }

  /// The name of a series and the field of a column; no field where the column is computed for the table.
  private static func field(_ column: String) -> (name: String, field: ((Spec.Row) -> Double?)?) {
    if column == "beyond the bins" { return (column, \.beyond) }
    if column.hasSuffix(" are below") { return (column, nil) }
    if column.hasSuffix(", low") { return (String(column.dropLast(5)), \.low) }
    if column.hasSuffix(", high") { return (String(column.dropLast(6)), \.high) }
    return (column, \.value)
  }

  @Test(
    "Vega-Lite's own schema accepts every kind, in both themes and sizes",
    .enabled(
      if: Python.withVegaLiteSchema != nil,
      "altair 5 and jsonschema are not installed for python3, so there is no schema to check by"))
  func schema() throws {
    let python = try #require(Python.withVegaLiteSchema)
    let folder = try TemporaryFolder()
    for options in [["--theme", "light"], ["--theme", "dark", "--size", "slide"]] {
      for kind in Self.kinds { _ = try Self.spec(kind, options, in: folder) }
      let check = try CommandRun(
        python,
        ["\(Repository.root)/Tests/Oracles/validate_vega_lite.py"]
          + Self.kinds.map { folder.file("\($0).vl.json") })
      #expect(check.exitCode == 0, "\(check.output)\(check.errorOutput)")
    }
    // Marks of events and of a run that diverged.
    for run in ["shifted", "diverged"] {
      let made = try Self.run(["figure", "loss", run, "-o", "\(run).vl.json"], in: folder)
      #expect(made.exitCode == 0, "\(made.errorOutput)")
    }
    let check = try CommandRun(
      python,
      [
        "\(Repository.root)/Tests/Oracles/validate_vega_lite.py", folder.file("shifted.vl.json"),
        folder.file("diverged.vl.json"),
      ])
    #expect(check.exitCode == 0, "\(check.output)\(check.errorOutput)")
  }

  @Test("The name or the option asks for it, twice the same bytes; theme and size are heeded")
  func wiring() throws {
    let folder = try TemporaryFolder()
    let light = try Self.spec("shift", in: folder)
    #expect(light.background == "#ffffff" && light.columns == 1)
    let first = try String(contentsOfFile: folder.file("shift.vl.json"), encoding: .utf8)
    let asked = try Self.run(
      ["figure", "shift"] + Self.runs + ["-o", "-", "--format", "vega-lite"], in: folder)
    #expect(asked.exitCode == 0 && asked.output == first && asked.errorOutput == "")
    let dark = try Self.spec("shift", ["--theme", "dark", "--size", "slide"], in: folder)
    #expect(dark.background == "#15181b")
    #expect(dark.columns == 2)
    // The option decides against the name.
    let svg = try Self.run(
      ["figure", "shift", "bn-1", "-o", "a.vl.json", "--format", "svg"], in: folder)
    #expect(svg.exitCode == 0)
    #expect(
      try String(contentsOfFile: folder.file("a.vl.json"), encoding: .utf8).hasPrefix("<svg"))
    #expect(
      try Self.run(["figure", "shift", "bn-1", "-o", "-", "--format", "gif"], in: folder).exitCode
        == 64)
  }
}
