package import RunStore
import ShiftAnalysis

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
  package init(_ run: Run, in database: RunDatabase) throws {
    self.run = try RunDocument(run, in: database)
    sites = try database.sites(of: run).map {
      SiteDocument($0.site, recordedSteps: try database.steps(at: $0).count)
    }
  }

  /// The details in `format`; the table, CSV and NDJSON have a row for each fact.
  package func text(_ format: OutputFormat, isStyled: Bool) throws -> String {
    switch format {
    case .json: return try JSONOutput.document(Document(run: run, sites: sites))
    case .csv: return factTable.commaSeparated
    case .ndjson:
      return try facts.map { try JSONOutput.line(["key": $0.key, "value": $0.value]) + "\n" }
        .joined()
    case .table:
      return factTable.aligned(isStyled: isStyled) + "\n" + siteTable.aligned(isStyled: isStyled)
    }
  }

  private var facts: [(key: String, value: String)] {
    var facts: [(key: String, value: String)] = [
      ("id", run.id), ("name", run.name), ("status", run.status),
      ("status_reason", run.statusReason ?? ""), ("started_at", run.startedAt),
      ("finished_at", run.finishedAt ?? ""), ("heartbeat_at", run.heartbeatAt),
      ("note", run.note ?? ""),
      ("steps", "\(run.steps)"),
      ("dropped_steps", run.droppedSteps > 0 ? "\(run.droppedSteps)" : ""),
      ("elapsed_seconds", NumberFormat.significant(run.elapsedSeconds)),
      ("recording_seconds", NumberFormat.significant(run.recordingSeconds)),
      ("recording_slowdown", NumberFormat.fixed(run.recordingSlowdown, 4) + "x"),
    ]
    if let step = run.lastStep {
      facts.append(("last_step.loss", NumberFormat.significant(step.loss)))
      facts.append(("last_step.accuracy", NumberFormat.fixed(step.accuracy, 4)))
    }
    for evaluation in run.finalEvaluations {
      let key = "\(evaluation.split).\(evaluation.statistics)_statistics"
      facts.append(("\(key).accuracy", NumberFormat.fixed(evaluation.accuracy, 4)))
      facts.append(("\(key).loss", NumberFormat.significant(evaluation.loss)))
    }
    facts += run.tags.sorted { $0.key < $1.key }.map { ("tag.\($0.key)", $0.value) }
    facts += run.configuration.flattened.map { ("configuration.\($0.key)", $0.value.text) }
    facts += run.provenance.flattened.map { ("provenance.\($0.key)", $0.value.text) }
    return facts.filter { !$0.value.isEmpty }
  }

  private var factTable: TextTable {
    var table = TextTable([.text("key"), .text("value")])
    for fact in facts { table.add([fact.key, fact.value]) }
    return table
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
