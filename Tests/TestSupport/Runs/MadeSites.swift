package import RunModel

/// Sites that nothing recorded.
package enum MadeSites {
  /// A site for each layer, which are numbered from 1 and have these names.
  package static func layers(_ names: [String?]) -> [RecordedSite] {
    names.enumerated().map { index, name in
      RecordedSite(
        id: index,
        site: Site(
          layer: index + 1, tap: .input, population: .batch, statistics: .none, width: 1,
          layerName: name))
    }
  }
}
