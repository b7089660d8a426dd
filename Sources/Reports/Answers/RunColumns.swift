package import RunModel
import ShiftAnalysis
import Statistics

extension Column {
  /// The columns of a run's id and name, which each row for programs begins with.
  package static let run = [Column.text("run"), .text("run_name")].map { $0.for(.programs) }

  /// The columns of the coordinates of a shift.
  static let coordinates = ["tap", "population", "statistics", "reference"].map {
    Column.text($0).for(.programs)
  }
}

extension Run {
  /// The cells under `Column.run`.
  package var cells: [any CellConvertible] { [uuid, name] }

  /// The run in a note: its short id and its name.
  var label: String { "run \(shortID) (\(name))" }
}

extension ShiftCoordinates {
  /// The cells under `Column.coordinates`.
  var cells: [any CellConvertible] { [tap, population, statistics, reference.description] }

  /// The coordinates in a note.
  var words: String {
    "tap \(tap.rawValue), population \(population.rawValue), statistics \(statistics.rawValue), reference \(reference.label)"
  }
}

extension ReferencePoint {
  /// The reference in a note: another run is its short id.
  var label: String {
    if case .run(let run) = self { "run:\(run.prefix(8))" } else { description }
  }
}

extension Site.Tap: CellConvertible {}
extension Site.Population: CellConvertible {}
extension StatisticsMode: CellConvertible {}
extension Run.Status: CellConvertible {}
extension UnitAggregate: CellConvertible {}
