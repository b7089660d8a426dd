import RunModel

@testable import ShiftAnalysis

/// Layers of made sites.
enum MadeLayers {
  static func layers(_ names: [String?]) -> RunLayers {
    RunLayers(
      names.enumerated().map { index, name in
        RecordedSite(
          id: index,
          site: Site(
            layer: index + 1, tap: .input, population: .batch, statistics: .none, width: 1,
            layerName: name))
      })
  }
}
