/// A question about the distributions in a run at each step; the properties of `sites` can be read and set on it directly.
@dynamicMemberLookup
public struct DistributionQuery: Sendable {
  /// The tensors and the steps.
  public var sites: SiteQuery
  /// The unit, from 1; nil for the median of each figure over the units.
  public var unit: Int?

  /// Whether only tensors with quantiles are wanted.
  package var wantsQuantiles = false

  /// Asks about the median over the units of `sites`.
  public init(_ sites: SiteQuery = SiteQuery()) {
    self.sites = sites
  }

  /// A property of `sites`.
  public subscript<Value>(dynamicMember path: WritableKeyPath<SiteQuery, Value>) -> Value {
    get { sites[keyPath: path] }
    set { sites[keyPath: path] = newValue }
  }
}
