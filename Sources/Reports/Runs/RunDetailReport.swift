package import RunModel
import ShiftAnalysis
import StrictJSON

/// Everything that is known of one run, its series apart.
package struct RunDetailReport {
  private struct Document: Encodable {
    let schema = JSONOutput.schema
    let run: RunDocument
    let sites: [SiteDocument]
  }

  private let run: RunDocument
  private let sites: [SiteDocument]

  /// The configuration of `run` alone, JSON on several lines.
  package static func configuration(of run: Run) throws -> String {
    try JSONOutput.document(JSONValue(text: run.configuration) ?? .null)
  }

  /// Gathers what the database knows of `run`.
  ///
  /// - Throws: `StoreError`.
  package init(_ run: Run, in database: any RunReading) throws {
    self.run = try RunDocument(run, in: database)
    sites = try database.sites(of: run).map {
      SiteDocument($0.site, recordedSteps: try database.steps(at: $0).count)
    }
  }

  /// The details in `format`; the table, CSV and NDJSON have a row for each fact.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .json: return try JSONOutput.document(Document(run: run, sites: sites))
    case .csv: return facts.table(isExact: true).commaSeparated
    case .ndjson: return try facts.map { try JSONOutput.line($0) + "\n" }.joined()
    case .table:
      return facts.table(isExact: false).aligned(isStyled: isStyled) + "\n"
        + siteTable.aligned(isStyled: isStyled)
    }
  }

  private var facts: [Fact] {
    func text(_ value: String?) -> DataTable.Cell {
      value.map { $0.isEmpty ? .missing : .text($0) } ?? .missing
    }
    var facts = [
      Fact("id", .text(run.id)), Fact("name", text(run.name)), Fact("status", .text(run.status)),
      Fact("status_reason", text(run.statusReason)), Fact("started_at", text(run.startedAt)),
      Fact("finished_at", text(run.finishedAt)), Fact("heartbeat_at", text(run.heartbeatAt)),
      Fact("note", text(run.note)), Fact("steps", .integer(run.steps)),
      Fact("dropped_steps", run.droppedSteps > 0 ? .integer(run.droppedSteps) : .missing),
      Fact("elapsed_seconds", .number(run.elapsedSeconds)),
      Fact("recording_seconds", .number(run.recordingSeconds)),
      Fact("recording_slowdown", .share(run.recordingSlowdown)),
    ]
    if let step = run.lastStep {
      facts.append(Fact("last_step.loss", .number(step.loss)))
      facts.append(Fact("last_step.accuracy", .share(step.accuracy)))
    }
    for evaluation in run.finalEvaluations {
      let key = "\(evaluation.split).\(evaluation.statistics)_statistics"
      facts.append(Fact("\(key).accuracy", .share(evaluation.accuracy)))
      facts.append(Fact("\(key).loss", .number(evaluation.loss)))
    }
    facts += run.tags.sorted { $0.key < $1.key }.map { Fact("tag.\($0.key)", text($0.value)) }
    facts += run.configuration.flattened.map { Fact("configuration.\($0.key)", .value($0.value)) }
    facts += run.provenance.flattened.map { Fact("provenance.\($0.key)", .value($0.value)) }
    return facts.filter { !$0.value.text(isExact: true).isEmpty }
  }

  private var siteTable: TextTable {
    var table = TextTable([
      .number("layer"), .text("tap"), .text("population"), .text("statistics"), .number("width"),
      .number("recorded_steps"),
    ])
    for site in sites {
      table.add([
        "\(site.layer)", site.tap, site.population, site.statistics, "\(site.width)",
        "\(site.recordedSteps)",
      ])
    }
    return table
  }
}

/// A site as JSON.
struct SiteDocument: Encodable {
  let layer: Int
  let tap: String
  let population: String
  let statistics: String
  let width: Int
  let epsilon: Double?
  let recordedSteps: Int

  private enum CodingKeys: String, CodingKey {
    case layer, tap, population, statistics, width, epsilon
    case recordedSteps = "recorded_steps"
  }

  init(_ site: Site, recordedSteps: Int) {
    layer = site.layer
    tap = site.tap.rawValue
    population = site.population.rawValue
    statistics = site.statistics.rawValue
    width = site.width
    epsilon = site.epsilon
    self.recordedSteps = recordedSteps
  }
}
