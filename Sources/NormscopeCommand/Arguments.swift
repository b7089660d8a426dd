public import ArgumentParser
package import Experiments
package import Network
package import Reports
public import RunStore
public import ShiftAnalysis
public import Statistics

extension Activation: ExpressibleByArgument {}
extension NetworkArchitecture.Placement: ExpressibleByArgument {}
extension RunConfiguration.Normalization: ExpressibleByArgument {}
extension OutputFormat: ExpressibleByArgument {}
extension Site.Tap: ExpressibleByArgument {}
extension Site.Population: ExpressibleByArgument {}
extension Site.Statistics: ExpressibleByArgument {}
extension ShiftMeasure: ExpressibleByArgument {}
extension UnitAggregate: ExpressibleByArgument {}

extension WeightInitializer: ExpressibleByArgument {}
extension ReferencePoint: ExpressibleByArgument {}
