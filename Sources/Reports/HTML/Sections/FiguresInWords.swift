import Statistics

/// One figure of each run in a part of a sentence: the runs by their names, groups by their medians.
struct FiguresInWords {
  let all: ReportedRuns

  /// The figure of a run.
  typealias Figure = (run: ReportedRun, value: Double)

  /// The most runs that are listed; of more, the smallest and the largest figure are named.
  static let mostNames = 4

  /// The figures that are finite, by run.
  func figures(_ value: (ReportedRun) -> Double?) -> [Figure] {
    all.runs.compactMap { run in value(run).flatMap { $0.isFinite ? (run, $0) : nil } }
  }

  /// The figures with the names of their runs; nil where there are none.
  ///
  /// Of groups it has the median and the range, and of many runs the range with the names at its ends.
  func words(_ figures: [Figure], _ format: (Double) -> String) -> HTML? {
    guard let first = figures.first else { return nil }
    if let groups = all.groups {
      return groups.groups.enumerated().compactMap { place, group -> HTML? in
        let values = figures.filter { groups.place(of: $0.run.index) == place }.map(\.value)
        return values.isEmpty
          ? nil : "<bdi>\(group.name)</bdi> \(FiguresInWords.range(of: values, format))"
      }.joined(separator: "; ")
    }
    if figures.count > FiguresInWords.mostNames {
      let sorted = figures.sorted { $0.value < $1.value }
      let (low, high) = (sorted[0], sorted[sorted.count - 1])
      guard format(low.value) != format(high.value) else {
        return "\(format(low.value)) in each run"
      }
      let median = UnitAggregate.median.summary(of: figures.map(\.value)).value ?? .nan
      return
        "from \(format(low.value)) (\(low.run.name)) to \(format(high.value)) (\(high.run.name)), median \(format(median))"
    }
    guard figures.count > 1 || all.runs.count > 1 else { return "\(format(first.value))" }
    return figures.map { "\($0.run.name) \(format($0.value))" as HTML }.joined(separator: ", ")
  }

  /// The median of values and, where they differ, their range.
  static func range(of values: [Double], _ format: (Double) -> String) -> String {
    let median = UnitAggregate.median.summary(of: values).value ?? .nan
    let (low, high) = (format(values.min() ?? .nan), format(values.max() ?? .nan))
    return low == high ? low : "\(format(median)) (\(low) to \(high))"
  }
}
