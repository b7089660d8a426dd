/// A site whose distribution is followed over its records.
public struct TravelSite: Sendable {
  /// The site.
  public let site: RecordedSite
  /// The constant that measures add to variances.
  public let epsilon: Double

  /// Follows the distribution at `site`.
  public init(_ site: RecordedSite, epsilon: Double) {
    self.site = site
    self.epsilon = epsilon
  }
}
