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
