package import RunModel
import ShiftAnalysis
import StrictJSON

/// Reports one run: its status, configuration and provenance, its last figures, and which tensors it recorded.
package enum RunDetailReport {
  /// The answer: a row for the run, one for each of its last evaluations, of its events, and of its sites.
  ///
  /// A short answer has the facts that a reader looks for first, the keys of the configuration whose values are not the
  /// usual ones, and a row for each layer.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - database: where it is.
  ///   - usual: the usual value of each key of a configuration, as text.
  /// - Returns: the answer.
  /// - Throws: `StoreError`.
  package static func answer(
    _ run: Run, in database: any RunReading, usual: [String: String] = [:]
  ) throws -> Answer {
    let recorded = try database.sites(of: run)
    let sites = try recorded.map {
      (site: $0.site, recordedSteps: try database.stepCount(at: $0))
    }
    let layers = RunLayers(recorded)
    let evaluations = try database.lastEvaluations(of: run)
    let events = try database.events(of: run)
    let omissions = [
      events.count > WorstFirst.limit
        ? "the first \(WorstFirst.limit) of \(events.count) events" : nil,
      WorstFirst.note(layers.all.count, "the first ones"),
    ].compactMap { $0 }
    let facts = RunFacts(run, in: database)
    let last = try facts.lastStep()
    let outcome = OutcomeFinding(run: run, evaluations: evaluations, lastLoss: last?.loss)
    return Answer(
      finding: [outcome.sentence],
      omission: omissions.isEmpty ? nil : omissions.joined(separator: ", and "),
      [
        head(of: run, evaluations, last).asOverview,
        changes(of: run, from: usual).asOverview,
        .runs([facts], for: .everyone).asDetail,
        .evaluations(evaluations, of: run).asDetail,
      ]
        + (events.isEmpty
          ? [] : [.events(events, of: run, layers, atMost: WorstFirst.limit)])
        + [.sites(sites, of: run, layers).asDetail, .layers(sites, layers).asOverview])
  }

  /// The configuration of `run` alone, JSON on several lines.
  ///
  /// - Throws: `StoreError` where it is not JSON.
  package static func configuration(of run: Run) throws -> String {
    guard let configuration = JSONValue(text: run.configuration) else {
      throw StoreError(.badDatabase, "The configuration of run \(run.shortID) is not JSON.")
    }
    return configuration.indentedJSON + "\n"
  }

  // MARK: - A short answer

  /// The facts that a reader looks for first.
  private static func head(
    of run: Run, _ evaluations: [EvaluationRecord], _ last: StepRecord?
  ) -> AnswerTable {
    let provenance = Dictionary(
      (JSONValue(text: run.provenance) ?? .null).flattened
    ) { first, _ in first }
    let columns: [Column] = [
      .text("run"), .text("status"), .text("started"), .text("took"), .text("recording"),
      .text("data"), .text("tags"), .text("note"), .number("loss"), .share("accuracy"),
      .text("evaluated"),
    ]
    return AnswerTable("head", layout: .facts, for: .people, columns) { rows in
      try rows.row(
        "\(run.name) (\(run.uuid))",
        run.status.rawValue + (run.statusReason.map { ": \($0)" } ?? ""),
        run.startedAt.prefix(19).replacing("T", with: " ") + " UTC",
        "\(counted(run.stepCount, "step")) in \(NumberFormat.significant(run.elapsedSeconds, 3)) s",
        run.recordingSlowdown.map {
          "\(NumberFormat.significant(run.recordingSeconds, 3)) s, \(NumberFormat.fixed($0, 3)) times as long as without"
        } ?? nil,
        provenance["data.name"]?.text,
        run.tags.isEmpty
          ? nil
          : run.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(
            separator: ", "),
        run.note, last?.loss, last?.accuracy,
        evaluations.isEmpty ? nil : evaluations.map(words).joined(separator: "; "))
    }
  }

  /// An evaluation in a few words.
  private static func words(_ evaluation: EvaluationRecord) -> String {
    let statistics =
      evaluation.statistics == .none ? "" : ", \(evaluation.statistics.words)"
    let figures = [
      evaluation.accuracy.map { "\(NumberFormat.percent($0)) right" },
      evaluation.loss.map { "loss \(NumberFormat.measured($0))" },
    ].compactMap { $0 }
    return
      "\(evaluation.split.rawValue) at step \(evaluation.step)\(statistics): \(figures.joined(separator: ", "))"
  }

  /// The keys of the configuration whose values are not the usual ones.
  private static func changes(of run: Run, from usual: [String: String]) -> AnswerTable {
    let keys = (JSONValue(text: run.configuration) ?? .null).flattened
    let changed = keys.filter { usual[$0.key] != $0.value.text && !$0.key.isEmpty }
    return AnswerTable(
      "configuration", for: .people,
      [
        Column.text("configuration").key,
        Column.text("value").titled(usual.isEmpty ? "value" : "other than the default").prose,
      ]
    ) { rows in
      for (key, value) in changed { try rows.row(key, value.text) }
    }
  }
}
