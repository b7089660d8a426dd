import RunModel
import ShiftAnalysis
import StrictJSON

extension AnswerTable {
  /// The table of `runs`, a row for each.
  ///
  /// People see a whole table as a fact on each line, and else the columns that fit a list.
  /// - Throws: `StoreError`.
  static func runs(_ runs: [Run], isWhole: Bool, in database: any RunReading) throws -> AnswerTable
  {
    let details: Audience = isWhole ? .everyone : .programs
    let columns: [Column] =
      [
        .text("id").for(.people), .text("run").for(.programs), .text("run_name").titled("name"),
        .text("status"), .number("steps"),
        .number("loss").titled(isWhole ? "last_step_loss" : "loss"),
        .share("accuracy").titled("last_step_accuracy").for(details), .share("test_accuracy"),
        .number("elapsed_seconds").titled(isWhole ? "elapsed_seconds" : "seconds"),
        .text("started_at"),
      ]
      + [
        .text("status_reason"), .text("finished_at"), .text("heartbeat_at"),
        .text("deleted_at"), .text("note"), .number("dropped_steps"), .number("recording_seconds"),
        .share("recording_slowdown"), .text("tags").titled("tag"), .text("configuration"),
        .text("provenance"),
      ].map { (column: Column) in column.for(details) }
    let figures = try runs.map { run in
      (
        run: run, last: try database.lastStep(of: run),
        testAccuracy: try database.finalTestAccuracy(of: run)
      )
    }
    return AnswerTable("run", layout: isWhole ? .facts : .rows, columns) { rows in
      for (run, last, testAccuracy) in figures {
        try rows.row(
          isWhole ? run.uuid : run.shortID, run.uuid, run.name, run.status, run.stepCount,
          last?.loss, last?.accuracy, testAccuracy, run.elapsedSeconds, run.startedAt,
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
      var last: Int?
      for (site, recordedSteps) in sites {
        // A short list of many layers has the first tensor of each.
        if rows.isBrief && layers.all.count > WorstFirst.limit && site.layer == last { continue }
        last = site.layer
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
}
