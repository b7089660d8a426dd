import Statistics

/// A site that a store holds moments of.
public struct RecordedSite: Sendable {
  /// The key of the site in its store.
  public let id: Int
  /// The site.
  public let site: Site

  /// Describes a site of a store.
  public init(id: Int, site: Site) {
    self.id = id
    self.site = site
  }
}

extension Sequence<RecordedSite> {
  /// The epsilon of measures at the sites of a layer: the epsilon of the normalization that reads one of them, else the
  /// usual one.
  ///
  /// Sites with running statistics have none themselves, since their moments have no gamma and beta.
  package func measureEpsilon(ofLayer layer: Int) -> Double {
    for recorded in self where recorded.site.layer == layer {
      if let epsilon = recorded.site.epsilon { return epsilon }
    }
    return ShiftReference.defaultEpsilon
  }
}
