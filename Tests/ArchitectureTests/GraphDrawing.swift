/// A drawing of which target depends on which: a row for each level, the ground floor at the bottom, and lines from
/// each target down to what it depends on, but for dependencies that another one has already.
struct GraphDrawing {
  private let dependencies: [String: Set<String>]
  private let rows: [[String]]

  private static let box = (width: 142, height: 28)
  private static let gap = (across: 20, down: 46)
  private static let margin = 16

  /// Lays the targets of `manifest` out, without tests and what serves them.
  init(_ manifest: PackageManifest) {
    let targets = manifest.targets.filter { $0.type != "test" && !$0.folder.hasPrefix("Tests/") }
    let names = Set(targets.map(\.name))
    let dependencies = Dictionary(
      uniqueKeysWithValues: targets.map { ($0.name, Set($0.imports).intersection(names)) })
    var levels: [String: Int] = [:]
    // A target is listed after its dependencies.
    for target in targets {
      let below = dependencies[target.name]?.compactMap { levels[$0] } ?? []
      levels[target.name] = below.max().map { $0 + 1 } ?? 0
    }
    var rows = Array(repeating: [String](), count: (levels.values.max() ?? 0) + 1)
    for target in targets { rows[levels[target.name] ?? 0].append(target.name) }
    self.dependencies = dependencies
    self.rows = Self.straightened(rows, dependencies)
  }

  /// The rows with each target near the middle of what it depends on and of what depends on it.
  private static func straightened(
    _ rows: [[String]], _ dependencies: [String: Set<String>]
  ) -> [[String]] {
    var rows = rows
    for _ in 0..<8 {
      var places: [String: Double] = [:]
      for row in rows {
        for (index, name) in row.enumerated() {
          places[name] = Double(index) - Double(row.count - 1) / 2
        }
      }
      rows = rows.map { row in
        let wanted = row.map { name in
          let near =
            dependencies.filter { $0.key == name }.flatMap(\.value)
            + dependencies.filter { $0.value.contains(name) }.map(\.key)
          let found = near.sorted().compactMap { places[$0] }
          return found.isEmpty ? 0 : found.reduce(0, +) / Double(found.count)
        }
        return row.indices.sorted { (wanted[$0], $0) < (wanted[$1], $1) }.map { row[$0] }
      }
    }
    return rows
  }

  /// What `name` depends on, without what another of its dependencies depends on.
  private func nearest(to name: String) -> [String] {
    let direct = dependencies[name] ?? []
    return direct.filter { one in !direct.contains { $0 != one && reaches(one, from: $0) } }
      .sorted()
  }

  private func reaches(_ name: String, from start: String) -> Bool {
    dependencies[start]?.contains { $0 == name || reaches(name, from: $0) } ?? false
  }

  /// The drawing as SVG.
  var svg: String {
    let widest = rows.map(\.count).max() ?? 0
    let width = widest * (Self.box.width + Self.gap.across) - Self.gap.across + 2 * Self.margin
    let height =
      rows.count * (Self.box.height + Self.gap.down) - Self.gap.down + 2 * Self.margin
    var centers: [String: (x: Int, y: Int)] = [:]
    for (level, row) in rows.enumerated() {
      let length = row.count * (Self.box.width + Self.gap.across) - Self.gap.across
      for (index, name) in row.enumerated() {
        centers[name] = (
          (width - length) / 2 + index * (Self.box.width + Self.gap.across) + Self.box.width / 2,
          height - Self.margin - level * (Self.box.height + Self.gap.down) - Self.box.height / 2
        )
      }
    }
    let names = rows.flatMap { $0 }
    let lines = names.flatMap { name in
      nearest(to: name).compactMap { other -> String? in
        guard let from = centers[name], let to = centers[other] else { return nil }
        return "  <line x1=\"\(from.x)\" y1=\"\(from.y + Self.box.height / 2)\" "
          + "x2=\"\(to.x)\" y2=\"\(to.y - Self.box.height / 2)\" stroke=\"#8a8f98\"/>"
      }
    }
    let boxes = names.compactMap { name -> String? in
      guard let center = centers[name] else { return nil }
      return """
          <rect x="\(center.x - Self.box.width / 2)" y="\(center.y - Self.box.height / 2)" width="\(Self.box.width)" \
        height="\(Self.box.height)" rx="5" fill="#f4f6fa" stroke="#3b5b92"/>
          <text x="\(center.x)" y="\(center.y + 4)" text-anchor="middle">\(name)</text>
        """
    }
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      font-family="sans-serif" font-size="13">
        <title>Targets, and what each depends on</title>
        <rect width="\(width)" height="\(height)" fill="#ffffff"/>
      \((lines + boxes).joined(separator: "\n"))
      </svg>

      """
  }
}
