import Statistics

/// Runs whose configurations differ in the seed alone, which figures show as one line with a band.
struct SeedGroups {
  /// Runs of one configuration.
  struct Group {
    /// The configuration in words: the values that differ between groups.
    let name: String
    /// The places of the runs among the report's runs.
    let members: [Int]
  }

  /// The groups, in the order of their first runs.
  let groups: [Group]
  /// The keys of the configuration in which the groups differ, in order.
  let differingKeys: [String]
  /// The place of each run's group.
  private let places: [Int]

  /// The smallest number of runs that are shown in groups.
  static let leastRuns = 4

  /// Groups runs by their configurations; nil where there are few runs, or hardly any differ in the seed alone.
  ///
  /// - Parameters:
  ///   - configurations: the configuration of each run.
  ///   - labels: the name of each run.
  ///   - arms: the arm of a study that each run is of; a group of one arm has its name.
  init?(_ configurations: [[String: String]], labels: [String], arms: [String?] = []) {
    let keys = configurations.map { $0.filter { $0.key != "seed" } }
    let distinct = keys.reduce(into: [[String: String]]()) { result, key in
      if !result.contains(key) { result.append(key) }
    }
    let members = distinct.map { key in keys.indices.filter { keys[$0] == key } }
    guard keys.count >= SeedGroups.leastRuns, keys.allSatisfy({ !$0.isEmpty }),
      members.allSatisfy({ $0.count > 1 })
    else { return nil }
    let differing = Set(distinct.flatMap(\.keys)).sorted().filter { key in
      distinct.contains { $0[key] != distinct[0][key] }
    }
    let isEven = Set(members.map(\.count)).count == 1
    differingKeys = differing
    groups = zip(distinct, members).map { values, members in
      let words = differing.map { "\($0)=\(values[$0] ?? "not set")" }.joined(separator: ", ")
      let ofGroup = Set(members.map { arms.indices.contains($0) ? arms[$0] : nil })
      if ofGroup.count == 1, let arm = ofGroup.first ?? nil {
        return Group(name: arm, members: members)
      }
      let size = isEven && !words.isEmpty ? "" : ", \(members.count) seeds"
      return Group(
        name: "\(words.isEmpty ? labels[members[0]] : words)\(size)", members: members)
    }
    places = keys.map { distinct.firstIndex(of: $0) ?? 0 }
  }

  /// The place of the group of the run at `index`.
  func place(of index: Int) -> Int { places[index] }

  /// The lines of runs as one line for each group, the median, and a band around it, at the steps that all its lines have.
  func collapsed(_ lines: [LineChart.Line]) -> (lines: [LineChart.Line], bands: [LineChart.Band]) {
    var result: (lines: [LineChart.Line], bands: [LineChart.Band]) = ([], [])
    for (place, group) in groups.enumerated() {
      for isSecond in [false, true] {
        let own = lines.filter { $0.run == place && $0.isSecond == isSecond }
        guard !own.isEmpty else { continue }
        let values = own.map { line in
          Dictionary(line.points.map { ($0.step, $0.value ?? .nan) }) { $1 }
        }
        let steps = own[0].points.map(\.step).filter { step in values.allSatisfy { $0[step] != nil }
        }
        let bands = steps.map { step in
          (step: step, band: GroupBand(of: values.map { $0[step] ?? .nan }))
        }
        let words = isSecond ? own[0].name : group.name
        result.lines.append(
          LineChart.Line(
            name: words, run: place, isSecond: isSecond,
            points: bands.map { LineChart.Point(step: $0.step, value: $0.band?.median) },
            divergedAt: own.compactMap(\.divergedAt).min(),
            events: own.flatMap(\.events).sorted { $0.step < $1.step }))
        guard !isSecond else { continue }
        result.bands.append(
          LineChart.Band(
            name: words, run: place,
            points: bands.map { ($0.step, $0.band?.lower ?? .nan, $0.band?.upper ?? .nan) }))
      }
    }
    return result
  }

  /// A sentence on the lines and bands, for captions.
  var note: String {
    let size = groups.map(\.members.count).max() ?? 0
    let band =
      size >= GroupBand.leastCountOfQuartiles
      ? "between the quartiles (of fewer than \(GroupBand.leastCountOfQuartiles) runs, from the smallest to the largest)"
      : "from the smallest to the largest"
    let isEven = Set(groups.map(\.members.count)).count == 1
    return
      "Runs that differ in the seed alone\(isEven ? " (\(size) of each)" : "") are one line, the median of its runs; the area around it is \(band)."
  }
}
