import RunModel
import ShiftAnalysis
import Statistics

/// The findings: the main figures in sentences and a table.
struct FindingsSection {
  let all: ReportedRuns

  private var runs: [ReportedRun] { all.runs }

  var html: HTML {
    let sentences = unfinished + configurations + levels + accuracies
    let items = sentences.map { "<li>\($0)</li>\n" as HTML }
    let list: HTML = items.isEmpty ? "" : "<ul>\n\(items)</ul>\n"
    return "\(ReportSection.measured.heading)\(list)\(drifts)"
  }

  // MARK: - How the runs differ

  private var unfinished: [HTML] {
    runs.compactMap { run in
      let last: HTML =
        run.lastStep.map { " Its last recorded step is \($0.step.grouped)." } ?? " It has no steps."
      switch run.run.status {
      case .finished: return run.lastStep == nil ? "\(run.name) has no steps." : nil
      case .running: return "\(run.name) was still running when the report was made.\(last)"
      case .unknown: return "\(run.name) may still be recorded on another machine.\(last)"
      case .diverged: return "\(run.name) diverged: its loss became NaN or infinite.\(last)"
      case .failed: return "\(run.name) stopped with an error.\(last)"
      case .interrupted:
        let cause: HTML =
          run.run.finishedAt == nil ? ": its process ended without recording a status" : ""
        return "\(run.name) was interrupted\(cause).\(last)"
      }
    }
  }

  private var configurations: [HTML] {
    guard runs.count > 1 else { return [] }
    let silent = runs.filter(\.configuration.isEmpty)
    guard silent.isEmpty else {
      return [
        "No configuration was recorded for \(silent.namesInWords), so the differences between the runs are unknown."
      ]
    }
    if let groups = all.groups {
      let keys = groups.differingKeys.map { "<code>\($0)</code>" as HTML }.joined(separator: ", ")
      let names = groups.groups.map { "<bdi>\($0.name)</bdi>" as HTML }.joined(separator: "; ")
      return [
        groups.groups.count == 1
          ? "The configurations differ in the seed alone."
          : "The groups of runs differ in \(keys): \(names). Within a group the runs differ in the seed alone."
      ]
    }
    let keys = KeyedTable.differingKeys(of: runs.map(\.configuration))
    let named = keys.map { "<code>\($0)</code>" as HTML }.joined(separator: ", ")
    var sentences: HTML
    switch keys.count {
    case 0: sentences = "The configurations are the same."
    case 1:
      let values = runs.map { "\($0.name) \($0.configuration[keys[0]] ?? "not set")" as HTML }
      sentences = """
        The configurations differ in one key, \(named): \(values.joined(separator: ", ")).
        """
    default:
      sentences = """
        The configurations differ in \(keys.count) keys, \(named); a difference between the runs cannot be \
        attributed to one of them.
        """
    }
    let origins = KeyedTable.differingKeys(of: runs.map(\.provenance))
      .map { "<code>\($0)</code>" as HTML }
    if !origins.isEmpty {
      sentences += " Their provenance differs too, in \(origins.joined(separator: ", "))."
    }
    return [sentences]
  }

  // MARK: - Accuracy

  /// The first evaluated step at the highest multiple of 5 % that all runs reached, and at 10 points below.
  private var levels: [HTML] {
    let evaluated = runs.filter(\.primaryEvaluations.haveAccuracy)
    let highest = evaluated.map(\.primaryEvaluations).highestLevel(multipleOf: 5)
    return [highest - 10, highest].filter { $0 > 0 }.compactMap { level in
      func place(_ run: ReportedRun) -> Int? {
        run.primaryEvaluations.firstPlace(reaching: level)
      }
      let head: HTML = "First evaluated step with a \(runs.splitWords) of at least \(level) %: "
      guard runs.count <= FiguresInWords.mostNames else {
        let inWords = FiguresInWords(all: all)
        let steps = inWords.figures { run in
          place(run).map { Double(run.primaryEvaluations[$0].step) }
        }
        return inWords.words(steps, { Int($0).grouped }).map { "\(head)\($0)." }
      }
      let reached = evaluated.compactMap { run -> HTML? in
        guard let place = place(run) else { return nil }
        let evaluations = run.primaryEvaluations
        let before: HTML =
          place == 0
          ? " (its first evaluation)" : " (not yet at \(evaluations[place - 1].step.grouped))"
        return "\(run.name) \(evaluations[place].step.grouped)\(before)\(mode(of: run))"
      }
      return "\(head)\(reached.joined(separator: "; "))."
    }
  }

  /// The statistics of a run's evaluations, where they are not those that predictions use.
  private func mode(of run: ReportedRun) -> HTML {
    guard let statistics = run.primaryEvaluations.first?.statistics else { return "" }
    return switch statistics {
    case .running, .none: ""
    case .precise, .ioffe, .batch: " with \(statistics.words)"
    }
  }

  /// The last accuracies; those of many runs are in the table of the runs.
  private var accuracies: [HTML] {
    guard runs.count <= FiguresInWords.mostNames else { return [] }
    let figures = runs.flatMap { run in
      run.finalEvaluations.compactMap { evaluation -> HTML? in
        evaluation.accuracy.map {
          """
          \(run.name) \(NumberFormat.percent($0)) (\(evaluation.statistics.words), \
          step \(evaluation.step.grouped))
          """
        }
      }
    }
    return figures.isEmpty ? [] : ["Last \(runs.splitWords): \(figures.joined(separator: "; "))."]
  }

  // MARK: - Shift

  /// The shift of every layer from the first to the last recorded step.
  private var drifts: HTML {
    let shown = runs.filter { !$0.sinceStart.isEmpty }
    guard let measure = shown.first?.sinceStart.first?.measures[0] else {
      return .missing("No run recorded moments after its start, so no shift is reported.")
    }
    let layers = Set(shown.flatMap { $0.sinceStart.map(\.layer) }).sorted()
    let caption: HTML = """
      \(measure.title) in standard deviations (sd) at the start, and W2 in units of the tensor, from the start to the last \
      step with moments, median over the units of a layer\(all.groups == nil ? "" : "; of a group the median of its runs, their range in parentheses")
      """
    let columns = columns(shown)
    let table: HTML
    if layers.count > LayerGroups.many {
      table = groups(of: layers, shown, columns, caption)
    } else {
      table =
        HTMLTable(
          caption: caption, corner: "layer", columns: columns.map(\.heading),
          rows: layers.map { row($0, shown.labels, columns) }
        ).html
    }
    let notes = ShiftNotes(runs: shown, sources: [\.sinceStart]).html
    return """
      \(table)<div class="notes">\(notes)\
      \(runs.absenceNote("without moments") { !$0.sinceStart.isEmpty })</div>

      """
  }

  /// A column of the table: a run, or a group of runs.
  private typealias TableColumn = (heading: HTML, members: [ReportedRun])

  private func columns(_ shown: [ReportedRun]) -> [TableColumn] {
    guard let groups = all.groups else { return shown.map { ($0.swatchedName, [$0]) } }
    return groups.groups.enumerated().compactMap { place, group in
      let members = shown.filter { $0.look == place }
      return members.isEmpty
        ? nil : ("\(RunLook.swatch(place))&#8288;<bdi>\(group.name)</bdi>", members)
    }
  }

  /// The row of a layer: its shift in each column.
  private func row(_ layer: Int, _ labels: LayerLabels, _ columns: [TableColumn]) -> HTMLTable.Row {
    HTMLTable.Row(
      heading: "\(labels.label(of: layer))", cells: columns.map { cell(layer, $0.members) })
  }

  private func cell(_ layer: Int, _ members: [ReportedRun]) -> HTML {
    let points = members.compactMap { last(of: layer, in: $0) }
    guard let point = points.first else { return "not recorded" }
    func words(_ measure: Int) -> String? {
      let values = points.compactMap { $0.values[measure] }
      return values.isEmpty
        ? nil : FiguresInWords.range(of: values) { NumberFormat.significant($0, 3) }
    }
    guard let length = words(0) else {
      return "undefined <small>step \(point.step.grouped)</small>"
    }
    return "\(length) sd <small>W2 \(words(1) ?? "undefined"), step \(point.step.grouped)</small>"
  }

  private func last(of layer: Int, in run: ReportedRun) -> ShiftPoint? {
    run.sinceStart.first { $0.layer == layer }?.points.last
  }

  /// Many layers in groups by the beginnings of their names, the group with the largest shift first and open, in each the
  /// largest first.
  private func groups(
    of layers: [Int], _ shown: [ReportedRun], _ columns: [TableColumn], _ caption: HTML
  ) -> HTML {
    func shift(_ layer: Int) -> Double {
      shown.compactMap { last(of: layer, in: $0)?.values[0] }.max() ?? -1
    }
    let labels = shown.labels
    let groups = LayerGroups(layers, named: labels.layers).all.map { group in
      (name: group.name, layers: WorstFirst.sorted(group.layers) { [shift($0)] })
    }
    let sorted = WorstFirst.sorted(groups) { [$0.layers.first.map(shift)] }
    let tables = sorted.enumerated().map { place, group -> HTML in
      let count = counted(group.layers.count, "layer")
      let worst = group.layers.first.map {
        let value = shift($0) < 0 ? "undefined" : NumberFormat.significant(shift($0), 3)
        return ", at most \(value), in \(labels.words(of: $0))"
      }
      let table = HTMLTable(
        caption: caption, corner: "layer", columns: columns.map(\.heading),
        rows: group.layers.map { row($0, labels, columns) })
      return """
        <details\(place == 0 ? " open=\"\"" : "" as HTML)><summary><b>\(group.name.isEmpty ? "other layers" : group.name)</b>: \
        \(count)\(worst ?? "")</summary>
        \(table.html)</details>

        """
    }
    return "<p>\(layers.count) layers, those that moved farthest first:</p>\n\(tables)"
  }
}
