import RunModel
import ShiftAnalysis
import StrictJSON

/// The table of several runs that are compared, for people: a row for each, with what their configurations do not have in
/// common.
struct RunsTable {
  private let figures: [RunFigures]

  /// The most keys of configurations that the table has.
  private static let mostKeys = 6

  /// Prepares the table.
  init(_ figures: [RunFigures]) { self.figures = figures }

  /// The table.
  var table: AnswerTable {
    let configurations = figures.map(\.configuration)
    let keys = Set(configurations.flatMap(\.keys)).sorted().filter { key in
      Set(configurations.map { $0[key]?.text }).count > 1
    }.prefix(RunsTable.mostKeys)
    let columns =
      [Column.text("run"), .text("id")] + keys.map { .any($0) }
      + [
        .text("status"), .number("steps"), .number("training_loss"),
        .share("\(figures.first?.split?.rawValue ?? "test")_accuracy"),
        .text("statistics"),
      ]
    let names = figures.map(\.run.words)
    return AnswerTable("run", for: .people, columns) { rows in
      for (place, figures) in figures.enumerated() {
        let evaluation = figures.primaryEvaluations.last
        try rows.row(
          [names[place], figures.run.shortID]
            + keys.map { configurations[place][$0].map(Cell.init) }
            + [
              figures.run.status, figures.run.stepCount, figures.lastStep?.loss,
              evaluation?.accuracy, evaluation?.statistics,
            ] as [any CellConvertible])
      }
    }
  }
}
