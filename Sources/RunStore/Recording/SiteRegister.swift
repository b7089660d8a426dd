import RunModel

/// The sites of a run in the order in which they came, those that are written first.
struct SiteRegister {
  private var sites: [Site] = []
  private var positions: [Site: Int] = [:]
  /// The row ids of the sites that are written.
  private(set) var ids: [Int64] = []

  /// The sites that are not written yet.
  var unwritten: ArraySlice<Site> { sites[ids.count...] }

  /// The sites of a new run: none.
  init() {}

  /// The sites of a run that has recorded some.
  init(_ recorded: [RecordedSite]) {
    for site in recorded { _ = position(of: site.site) }
    ids = recorded.map { Int64($0.id) }
  }

  /// Whether `site` is among them.
  func contains(_ site: Site) -> Bool { positions[site] != nil }

  /// The place of `site` in the order.
  mutating func position(of site: Site) -> Int {
    if let known = positions[site] { return known }
    positions[site] = sites.count
    sites.append(site)
    return sites.count - 1
  }

  /// Takes note that all of them are written, with these row ids.
  mutating func markWritten(_ ids: [Int64]) {
    self.ids = ids
  }

  /// Forgets the sites that are not written.
  mutating func removeUnwritten() {
    sites.removeSubrange(ids.count...)
    positions = positions.filter { $0.value < ids.count }
  }
}
