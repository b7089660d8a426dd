import RunModel
import ShiftAnalysis
import StrictJSON

extension AnswerTable {
  /// The table of `runs`, a row for each with all that is known of it; people see a fact on each line.
  static func runs(_ runs: [RunFacts], for audience: Audience) -> AnswerTable {
    let columns: [Column] = [
      .text("id").for(.people), .text("run").for(.programs), .text("run_name").titled("name"),
      .text("status"), .number("steps"), .number("loss").titled("last_step_loss"),
      .share("accuracy").titled("last_step_accuracy"),
      // People have it as that of the split that was evaluated.
      .share("test_accuracy").for(.programs), .text("evaluated_split"),
      .share("evaluated_accuracy"),
      .number("elapsed_seconds"), .text("started_at"), .text("status_reason"),
      .text("finished_at"), .text("heartbeat_at"), .text("deleted_at"), .text("note"),
      .number("dropped_steps"), .number("recording_seconds"), .share("recording_slowdown"),
      .text("tags").titled("tag"), .text("configuration"), .text("provenance"),
    ]
    return AnswerTable("run", layout: .facts, for: audience, columns) { rows in
      for facts in runs {
        let (run, last, evaluation) = (
          facts.run, try facts.lastStep(), try facts.finalEvaluation()
        )
        try rows.row(
          run.uuid, run.uuid, run.name, run.status, run.stepCount,
          last?.loss, last?.accuracy,
          evaluation?.split == .test ? evaluation?.accuracy : nil, evaluation?.split.rawValue,
          evaluation?.accuracy, run.elapsedSeconds, run.startedAt,
          run.statusReason, run.finishedAt, run.heartbeatAt, run.deletedAt, run.note,
          run.droppedStepCount, run.recordingSeconds, run.recordingSlowdown,
          JSONValue.object(run.tags.mapValues { .string($0) }),
          JSONValue(text: run.configuration), JSONValue(text: run.provenance))
      }
    }
  }

  /// The table of a run's last evaluations.
  static func evaluations(_ evaluations: [EvaluationRecord], of run: Run) -> AnswerTable {
    let columns: [Column] =
      Column.run + [
        .number("step"), .text("split"), .text("statistics"), .number("loss"), .share("accuracy"),
        .number("examples"),
      ]
    return AnswerTable("evaluation", columns) { rows in
      rows.share(run.cells)
      for evaluation in evaluations {
        try rows.row(
          evaluation.step, evaluation.split.rawValue, evaluation.statistics, evaluation.loss,
          evaluation.accuracy, evaluation.count)
      }
    }
  }

  /// The table of a run's events, of which a short one has the first.
  static func events(
    _ events: [EventRecord], of run: Run, _ layers: RunLayers, atMost limit: Int = .max
  ) -> AnswerTable {
    let labels = LayerLabels(layers)
    let hasTaps = events.contains { $0.tap != nil }
    let columns =
      Column.run
      + [
        Column.number("step").key,
        Column.text("kind").excepting(["alarm", "diverged", "non-finite", "failed"]).key,
      ] + labels.columns
      + [.text("tap").for(hasTaps ? .everyone : .programs), Column.text("message").prose.key]
    return AnswerTable("event", columns) { rows in
      rows.share(run.cells)
      for event in rows.isBrief ? events.prefix(limit) : events[...] {
        try rows.row(
          [event.step, event.kind.rawValue] + labels.cells(of: event.layer)
            + [event.tap, event.message] as [any CellConvertible])
      }
    }
  }

  /// The table of a run's sites: the tensors that it recorded.
  static func sites(
    _ sites: [(site: Site, recordedSteps: Int)], of run: Run, _ layers: RunLayers
  ) -> AnswerTable {
    let labels = LayerLabels(layers)
    let isKnown = sites.contains { $0.site.layerKind != nil || $0.site.shape != nil }
    let columns: [Column] =
      Column.run + labels.columns
      + [Column.text("layer_kind").titled("kind"), .text("shape")].map {
        $0.for(isKnown ? .everyone : .programs)
      }
      + [
        .text("tap"), .text("population"), .text("statistics"), .number("units"),
        .number("epsilon").for(.programs), .number("recorded_steps"),
      ]
    return AnswerTable("site", columns) { rows in
      rows.share(run.cells)
      for (site, recordedSteps) in sites {
        try rows.row(
          labels.cells(of: site.layer)
            + [
              site.layerKind,
              site.shape.map { JSONValue.array($0.map { JSONValue.integer(Int128($0)) }) },
              site.tap,
              site.population, site.statistics, site.width, site.epsilon, recordedSteps,
            ] as [any CellConvertible])
      }
    }
  }

  /// The table of a run's layers, a row for each of the first ones, for people.
  static func layers(
    _ sites: [(site: Site, recordedSteps: Int)], _ layers: RunLayers
  ) -> AnswerTable {
    let labels = LayerLabels(layers)
    let columns: [Column] =
      labels.columns + [
        .text("kind"), .number("units"), .text("recorded"), .number("steps"),
      ]
    return AnswerTable("layer", for: .people, columns) { rows in
      for layer in layers.all.prefix(WorstFirst.limit) {
        let ofLayer = sites.filter { $0.site.layer == layer.number }
        guard let first = ofLayer.first?.site else { continue }
        let taps = Site.Tap.allCases.filter { tap in ofLayer.contains { $0.site.tap == tap } }
        try rows.row(
          labels.cells(of: layer.number)
            + [
              first.layerKind, first.width, taps.map(\.rawValue).joined(separator: ", "),
              ofLayer.map(\.recordedSteps).max(),
            ] as [any CellConvertible])
      }
    }
  }
}
