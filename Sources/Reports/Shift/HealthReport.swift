package import RunModel
package import ShiftAnalysis

/// Reports the state of each layer of a run at one step.
package enum HealthReport {
  /// The answer with a row for each layer; people see a row for each check before.
  ///
  /// - Parameters:
  ///   - health: the layers.
  ///   - finding: the verdict on them.
  ///   - run: the run.
  ///   - layers: its layers.
  /// - Returns: the answer.
  package static func answer(
    _ health: [LayerHealth], _ finding: HealthFinding, of run: Run, _ layers: RunLayers
  ) -> Answer {
    let labels = LayerLabels(layers)
    let columns =
      Column.run
      + [Column.text("population"), .text("statistics")].map { $0.for(.programs) }
      + labels.columns
      + [
        .text("tap"), .number("step"), .number("units"), .number("dead"),
        .number("epsilon_dominated"), .number("small_gamma"), .number("saturated_share"),
        .number("running_gap"), .number("non_finite"), .number("first_non_finite_step"),
      ]
    let table = AnswerTable("layer", columns) { rows in
      rows.share(run.cells)
      for layer in rows.isBrief ? WorstFirst.of(health, by: badness) : health {
        try rows.row(
          [layer.population, layer.statistics] + labels.cells(of: layer.layer)
            + [
              layer.tap, layer.step, layer.width, layer.deadUnits, layer.epsilonDominatedUnits,
              layer.smallGammaUnits, layer.saturatedShare, layer.runningGap, layer.nonFiniteCount,
              layer.firstNonFiniteStep,
            ] as [any CellConvertible])
      }
    }
    let coordinates = health.first.map {
      ": population \($0.population.rawValue), statistics \($0.statistics.rawValue)"
    }
    return Answer(
      finding: finding.sentences,
      notes: [
        "\(run.label)\(coordinates ?? "")",
        "dead: variance below ε/1000; epsilon_dominated: variance below 10 ε; small_gamma: |gamma| below 0.01; numbers of units",
        "saturated_share: share of a unit's outputs at which the slope of the activation is below a twentieth of the largest, if its inputs are Gaussian; median over units",
        "running_gap: nw2 of the normalized outputs from batch to running statistics, of the probe or else of a training batch and its noise, median over units",
        "non_finite: elements that are NaN or infinite at this step",
      ],
      omission: WorstFirst.note(
        health.count,
        "those with elements that are not finite first, then by the share of dead units, the running gap and the others"
      ), [checks(finding, labels), table.asDetail])
  }

  /// The table of the checks.
  private static func checks(_ finding: HealthFinding, _ labels: LayerLabels) -> AnswerTable {
    let columns = [
      Column.text("status").titled("").excepting(["warn", "FAIL"]).key, Column.text("check").key,
      Column.text("value").key, .text("worst in"),
      .text("limit"),
    ]
    return AnswerTable("check", for: .people, columns) { rows in
      for check in finding.checks {
        try rows.row(
          check.status.rawValue, check.name, check.value, check.layer.map(labels.prefix),
          check.limit)
      }
    }
  }

  /// How bad a layer is, in the order of what is looked at first.
  private static func badness(_ layer: LayerHealth) -> [Double?] {
    func share(_ units: Int?) -> Double? { units.map { Double($0) / Double(layer.width) } }
    return [
      layer.nonFiniteCount > 0 || layer.firstNonFiniteStep != nil ? 1 : 0, share(layer.deadUnits),
      layer.runningGap, share(layer.epsilonDominatedUnits), share(layer.smallGammaUnits),
      layer.saturatedShare,
    ]
  }
}
