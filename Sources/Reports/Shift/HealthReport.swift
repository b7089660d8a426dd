package import RunModel
package import ShiftAnalysis

/// How the layers of a run were at a step.
package enum HealthReport {
  /// A row for each layer.
  package static func table(_ layers: [LayerHealth], of run: Run) -> DataTable {
    var table = DataTable(
      [
        .number("layer"), .text("tap"), .number("step"), .number("units"), .number("dead"),
        .number("epsilon_dominated"), .number("small_gamma"), .number("saturated_share"),
        .number("running_gap"), .number("non_finite"), .number("first_non_finite_step"),
      ],
      notes: [
        "run \(run.shortID) (\(run.name))"
          + (layers.first.map {
            ": population \($0.population.rawValue), statistics \($0.statistics.rawValue)"
          } ?? ""),
        "dead: variance below ε/1000; epsilon_dominated: variance below 10 ε; small_gamma: |gamma| below 0.01; counts of units",
        "saturated_share: of a unit's outputs, median over units, if what enters the activation is Gaussian: where its slope is below a twentieth of the largest",
        "running_gap: nw2 of the probe's normalized outputs from its own statistics to the running ones, median over units",
        "non_finite: elements that are NaN or infinite at this step",
      ])
    for layer in layers {
      table.add([
        .integer(layer.layer), .text(layer.tap.rawValue), .integer(layer.step),
        .integer(layer.width), .integer(layer.deadUnits),
        .integer(optional: layer.epsilonDominatedUnits),
        .integer(optional: layer.smallGammaUnits), .number(optional: layer.saturatedShare),
        .number(optional: layer.runningGap), .integer(layer.nonFiniteCount),
        .integer(optional: layer.firstNonFiniteStep),
      ])
    }
    return table
  }
}
