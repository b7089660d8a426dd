import Reports
import RunModel
import RunStore

/// A page about what a database holds at one moment.
protocol Page {
  /// The title of the window, without the product's name.
  var title: String { get }
  /// The runs that it is about.
  var runs: [Run] { get }
  /// The figures to which an event stream adds points.
  var lineFigures: [FigureKind] { get }
  /// What of the runs its figures show.
  var view: FigureView { get }

  /// Those of its parts that are selected, in order.
  ///
  /// - Throws: `StoreError`, or another error of a question that the runs cannot answer.
  func parts(_ selection: PartSelection, in database: RunDatabase) throws -> [PagePart]
}

extension Page {
  var runs: [Run] { [] }
  var lineFigures: [FigureKind] { [] }
  var view: FigureView { FigureView() }
}

/// A sentence about what a page cannot show, which is missing.
struct MissingPage: Error {
  let sentence: String
}
