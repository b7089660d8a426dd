public import ArgumentParser
package import Reports
import RunModel
public import RunStore
public import ShiftAnalysis
public import Statistics

extension Durability: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}
extension FigureKind: ExpressibleByArgument {}
extension FigureTheme: ExpressibleByArgument {}
extension FigureSize: ExpressibleByArgument {}
extension Site.Tap: ExpressibleByArgument {}
extension Site.Population: ExpressibleByArgument {}
extension StatisticsMode: ExpressibleByArgument {}
extension ShiftMeasure: ExpressibleByArgument {}
extension UnitAggregate: ExpressibleByArgument {}
extension AlarmDetector: ExpressibleByArgument {}

extension ReferencePoint: ExpressibleByArgument {}
extension LayerSelection: ExpressibleByArgument {}

// The library's own, for any raw value, take a tenth of the time of parsing a command.
extension ExpressibleByArgument where Self: CaseIterable & RawRepresentable<String> {
  /// The names of all cases.
  public static var allValueStrings: [String] { allCases.map { $0.rawValue } }
  /// None: a name explains itself.
  public static var allValueDescriptions: [String: String] { [:] }
}
