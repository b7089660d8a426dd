public import Statistics

/// A question about how the distributions in a run moved; the properties of `sites` can be read and set on it directly.
@dynamicMemberLookup
public struct ShiftQuery: Sendable {
  /// The tensors and the steps.
  public var sites: SiteQuery
  /// The reference that each step is compared with.
  public var reference = ReferencePoint.start
  /// The measures; the answer has one value of each at every step.
  public var measures = ShiftMeasure.standard
  /// The summary of the units of a layer.
  public var aggregate = UnitAggregate.median
  /// Whether all steps from one of `points` to the next are pooled, instead of one step standing for them; then the
  /// reference is pooled too, unless it is a single step.
  public var isPooled = false

  /// The step from which on the answer has points of pooled steps, which are pooled as if all were wanted; nil for all.
  package var since: Int?
  /// The unit, from 1; nil for the summary of all units.
  public var unit: Int?

  /// Asks about `sites` since the start.
  public init(_ sites: SiteQuery = SiteQuery()) {
    self.sites = sites
  }

  /// A property of `sites`.
  public subscript<Value>(dynamicMember path: WritableKeyPath<SiteQuery, Value>) -> Value {
    get { sites[keyPath: path] }
    set { sites[keyPath: path] = newValue }
  }
}
