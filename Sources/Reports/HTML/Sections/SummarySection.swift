import RunModel

/// The runs side by side: their status, duration, loss and accuracy.
struct SummarySection {
  let runs: [ReportedRun]

  var html: HTML {
    var rows = [
      row("id") { $0.run.shortID },
      row("status") { run in
        run.run.status.rawValue + (run.run.statusReason.map { ": \($0)" } ?? "")
      },
      row("started, UTC") { SummarySection.time($0.run.startedAt) },
      row("ended, UTC") { $0.run.finishedAt.map(SummarySection.time) ?? "not ended" },
      row("steps") { $0.run.stepCount.grouped },
      row("time, recording included") { NumberFormat.significant($0.run.elapsedSeconds, 3) + " s" },
      row("slowdown by recording") { run in
        run.run.recordingSlowdown.map {
          "\(NumberFormat.fixed($0, 3))x, "
            + "\(NumberFormat.significant(run.run.recordingSeconds, 2)) s"
        }
      },
      row("training loss of the last step") { run in
        run.lastStep?.loss.map {
          NumberFormat.significant($0) + (run.lossUnit.isEmpty ? "" : " \(run.lossUnit)")
        }
      },
      row("accuracy on its batch") { run in
        run.lastStep.map { step in
          step.accuracy.map {
            NumberFormat.percent($0) + (step.batchSize.map { " of \($0.grouped) examples" } ?? "")
          } ?? "no accuracy"
        }
      },
    ]
    for statistics in StatisticsMode.preference {
      let isKnown = runs.contains { $0.finalEvaluations.contains { $0.statistics == statistics } }
      guard isKnown else { continue }
      rows.append(
        row("final \(runs.splitWords), \(statistics.words)") { accuracy(of: $0, statistics) })
    }
    if runs.contains(where: { !$0.run.tags.isEmpty }) {
      rows.append(
        row("tags") { run in
          run.run.tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            .joined(separator: ", ")
        })
    }
    let evaluated: HTML =
      runs.contains { !$0.finalEvaluations.isEmpty }
      ? "" : .missing("No run was evaluated.")
    return """
      \(ReportSection.runs.heading)\
      \(HTMLTable(
        caption: "The runs at the time of this report",
        corner: "run", columns: runs.map(\.swatchedName), rows: rows).html)\(evaluated)
      """
  }

  /// A recorded time such as 2026-01-31T12:00:00.000Z to the second, with a space where a line may break.
  private static func time(_ text: String) -> String {
    String(text.prefix(19).map { $0 == "T" ? " " : $0 })
  }

  private func accuracy(of run: ReportedRun, _ statistics: StatisticsMode) -> String? {
    let evaluations = run.finalEvaluations
    if let evaluation = evaluations.first(where: { $0.statistics == statistics }) {
      let figure =
        evaluation.accuracy.map { NumberFormat.percent($0) }
        ?? evaluation.loss.map { "no accuracy; loss \(NumberFormat.significant($0))" }
        ?? "no accuracy"
      let count = evaluation.count.map { " of \($0.grouped)" } ?? ""
      return "\(figure)\(count), step \(evaluation.step.grouped)"
    }
    if statistics == .none { return evaluations.isEmpty ? nil : "has batch norm" }
    return evaluations.contains { $0.statistics == .none } ? "no batch norm" : nil
  }

  private func row(_ heading: HTML, _ value: (ReportedRun) -> String?) -> HTMLTable.Row {
    HTMLTable.Row(
      heading: heading,
      cells: runs.map { run in value(run).map { "<bdi>\($0)</bdi>" } ?? "not recorded" })
  }
}
