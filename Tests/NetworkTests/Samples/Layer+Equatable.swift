package import Network

extension Layer: Equatable {
  /// Whether both layers have the same parameters and running statistics.
  package static func == (first: Layer, second: Layer) -> Bool {
    first.parameterTensors == second.parameterTensors && first.normalization == second.normalization
  }
}
