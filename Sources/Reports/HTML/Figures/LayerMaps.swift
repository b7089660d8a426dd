import ShiftAnalysis

/// Maps of a figure by layer and step, one for each run.
struct LayerMaps {
  /// The series of one run.
  struct Source {
    /// The heading of the map: the run and the quantity.
    let heading: String
    /// The series, by layer.
    let series: [ShiftSeries]
  }

  /// The most columns of a map.
  private static let mostSteps = 80

  /// How to read a map.
  static let reading =
    "Each row is a layer, in the order of the network, and each column a recorded step; the darker (on a dark ground the "
    + "lighter), the larger."

  private let sources: [Source]
  private let labels: LayerLabels
  private let measure: String
  /// The value from which on all have the darkest shade; nil for the largest.
  private let most: Double?
  private let value: (ShiftPoint) -> Double?

  /// Prepares the maps.
  ///
  /// - Parameters:
  ///   - sources: the series of each map.
  ///   - labels: the labels of the layers.
  ///   - measure: the name of the values.
  ///   - most: the value from which on all have the last shade; nil for the largest.
  ///   - value: the value of a point.
  init(
    _ sources: [Source], _ labels: LayerLabels, measure: String, upTo most: Double? = nil,
    value: @escaping (ShiftPoint) -> Double?
  ) {
    self.sources = sources.filter { !$0.series.isEmpty }
    self.labels = labels
    self.measure = measure
    self.most = most
    self.value = value
  }

  /// The maps, of one scale; none where there is nothing to draw.
  var maps: [Heatmap] {
    let values = sources.flatMap { $0.series.flatMap { $0.points.compactMap(value) } }
    guard let shades = HeatmapShades(values.map { min($0, most ?? .infinity) }) else { return [] }
    return sources.map { map($0, shades) }
  }

  private func map(_ source: Source, _ shades: HeatmapShades) -> Heatmap {
    let recorded = Set(source.series.flatMap { $0.points.map(\.step) }).sorted()
    let steps = StepSelection.steps(recorded, atMost: LayerMaps.mostSteps)
    let series = Dictionary(source.series.map { ($0.layer, $0) }) { $1 }
    var rows: [Heatmap.Row] = []
    var largest: (value: Double, layer: Int)?
    for group in LayerGroups(source.series.map(\.layer), named: labels.layers).all {
      for layer in group.layers {
        let points = series[layer].map(Array.init) ?? []
        let values = Dictionary(points.map { ($0.step, value($0)) }) { $1 }
        if let last = points.last.flatMap(value), last > largest?.value ?? -.infinity {
          largest = (last, layer)
        }
        rows.append(
          Heatmap.Row(
            label: labels.prefix(of: layer), startsGroup: layer == group.layers.first,
            values: steps.map { values[$0] ?? nil }))
      }
    }
    let worst =
      largest.map {
        ": at the end the largest is \(NumberFormat.significant($0.value, 3)), in \(labels.words(of: $0.layer))"
      } ?? ""
    return Heatmap(
      title: "\(measure) by layer and step, \(source.heading)\(worst).",
      heading: source.heading, measure: measure, steps: steps, rows: rows, shades: shades)
  }
}

extension [ShiftPoint] {
  /// The points of a series.
  fileprivate init(_ series: ShiftSeries) { self = Array(series.points) }
}
