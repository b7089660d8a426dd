import RunModel

/// The sites of a run in the order of their first records; written ones come first.
struct SiteRegister {
  /// The sites.
  private(set) var sites: [Site] = []
  private var positions: [Site: Int] = [:]
  /// The position after the newest one that was asked for: each step has the sites in the same order.
  private var expected = 0
  /// The row ids of the written sites.
  private(set) var ids: [Int64] = []

  /// The sites without a row.
  var unwritten: ArraySlice<Site> { sites[ids.count...] }

  /// An empty register, for a new run.
  init() {}

  /// The register of a run with these recorded sites.
  init(_ recorded: [RecordedSite]) {
    for site in recorded { _ = position(of: site.site) }
    ids = recorded.map { Int64($0.id) }
  }

  /// Whether `site` is registered.
  func contains(_ site: Site) -> Bool { positions[site] != nil }

  /// The index of `site`, which is registered if it is new.
  mutating func position(of site: Site) -> Int {
    let position = knownPosition(of: site) ?? sites.count
    if position == sites.count {
      positions[site] = position
      sites.append(site)
    }
    expected = position + 1 < sites.count ? position + 1 : 0
    return position
  }

  private func knownPosition(of site: Site) -> Int? {
    sites.indices.contains(expected) && sites[expected] == site ? expected : positions[site]
  }

  /// Marks all sites as written, with these row ids.
  mutating func markWritten(_ ids: [Int64]) {
    self.ids = ids
  }
}
