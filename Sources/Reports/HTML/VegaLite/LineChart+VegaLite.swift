import StrictJSON

extension LineChart {
  func vegaLite(width: Int, hasLegend: Bool, _ theme: FigureTheme) -> JSONValue {
    let names = seriesNames
    let color = series(\.colors, hasLegend, theme)
    let rows = zip(names, lines).flatMap { name, line in
      line.points.map { row(name, $0.step, ["value": .drawn($0.value)]) }
    }
    var layers: [JSONValue] = []
    if !bands.isEmpty {
      layers.append(
        layer(
          bands.flatMap { band in
            band.points.map {
              row(band.name, $0.step, ["high": .drawn($0.high), "low": .drawn($0.low)])
            }
          }, ["opacity": 0.2, "type": "area"],
          ["color": color, "x": stepAxis, "y": axis(of: "low"), "y2": ["field": "high"]],
          // A low end below a logarithmic axis is at its edge.
          "isValid(datum.low) ? max(datum.low, \(y.domain.lowerBound)) : null", as: "low"))
    }
    if !rules.isEmpty {
      layers.append(
        layer(
          rules.map { ["rule": JSONValue($0)] },
          ["color": theme.vegaLite(.text), "strokeWidth": 0.9, "type": "rule"],
          ["y": axis(of: "rule")]))
    }
    let placed = "datum.value >= \(y.domain.lowerBound) ? datum.value : null"
    layers.append(
      layer(
        rows, ["clip": true, "strokeJoin": "round", "type": "line"],
        [
          "color": color, "strokeDash": series(\.dashes, hasLegend, theme),
          "strokeWidth": series(\.widths, hasLegend, theme), "x": stepAxis, "y": axis(of: "value"),
        ], placed, as: "value"))
    let lone = zip(names, lines).flatMap { name, line in
      line.lonePoints(on: y).map { row(name, $0.step, ["value": .drawn($0.value)]) }
    }
    if !lone.isEmpty {
      layers.append(
        layer(
          lone, ["filled": true, "size": 14, "type": "point"],
          ["color": color, "x": stepAxis, "y": axis(of: "value")]))
    }
    let events = zip(names, lines).flatMap { name, line in
      line.events.map { row(name, $0.step, ["event": .string($0.kind)]) }
    }
    if !events.isEmpty {
      layers.append(
        layer(
          events, ["shape": "triangle-down", "size": 40, "type": "point", "yOffset": -5],
          ["color": color, "x": stepAxis, "y": ["value": 0]]))
    }
    let ends = zip(names, lines).compactMap { name, line in
      line.isSecond ? nil : line.divergedAt.map { row(name, $0, ["event": "diverged"]) }
    }
    if !ends.isEmpty {
      layers.append(
        layer(
          ends, ["angle": 45, "filled": true, "shape": "cross", "size": 90, "type": "point"],
          ["color": color, "x": stepAxis, "y": ["value": "height"]]))
    }
    return [
      "description": .string(title), "height": .integer(Int128(Double(width) * 0.56)),
      "layer": .array(layers), "title": ["text": .string(heading)],
      "width": .integer(Int128(width)),
    ]
  }

  private func row(_ name: String, _ step: Int, _ values: [String: JSONValue]) -> JSONValue {
    .object(values.merging(["series": .string(name), "step": .step(step)]) { $1 })
  }

  /// A layer; on a logarithmic axis `expression` replaces a field, for there is no place for 0.
  private func layer(
    _ rows: [JSONValue], _ mark: JSONValue, _ encoding: [String: JSONValue],
    _ expression: String? = nil, as field: String = ""
  ) -> JSONValue {
    var layer: [String: JSONValue] = [
      "data": ["values": .array(rows)], "encoding": .object(encoding), "mark": mark,
    ]
    if let expression, y.isLogarithmic {
      layer["transform"] = [["as": .string(field), "calculate": .string(expression)]]
    }
    return .object(layer)
  }

  private var stepAxis: JSONValue {
    [
      "axis": [
        "format": ",.0f", "grid": false, "labelOverlap": true,
        "values": .array(x.ticks.map { JSONValue($0) }),
      ],
      "field": "step", "scale": x.vegaLite, "title": "training step", "type": "quantitative",
    ]
  }

  private func axis(of field: String) -> JSONValue {
    [
      "axis": [
        "format": y.style == .percent ? "~%" : "~g", "labelOverlap": true,
        "values": .array(y.ticks.map { JSONValue($0) }),
      ],
      "field": .string(field), "scale": y.vegaLite, "title": .string(measure),
      "type": "quantitative",
    ]
  }

  /// A channel by which the names of lines are recognized.
  private func series(
    _ range: KeyPath<LineSeries.Looks, [JSONValue]>, _ hasLegend: Bool, _ theme: FigureTheme
  ) -> JSONValue {
    let looks = LineSeries.Looks(series: series, theme: theme)
    let legend: JSONValue = [
      "columns": 2, "labelLimit": 300, "orient": "bottom", "symbolOpacity": 1,
      "symbolSize": 500, "symbolType": "stroke", "title": .null,
    ]
    return [
      "field": "series", "legend": hasLegend ? legend : .null,
      "scale": [
        "domain": .array(series.map { .string($0.name) }), "range": .array(looks[keyPath: range]),
        "type": "ordinal",
      ], "type": "nominal",
    ]
  }
}

extension LineSeries {
  /// The looks of series, as the ranges of scales.
  struct Looks {
    let series: [LineSeries]
    let theme: FigureTheme

    var colors: [JSONValue] { series.map { theme.vegaLite(.run($0.run)) } }
    var dashes: [JSONValue] {
      series.map { series in
        let dashes = RunLook.dashes(series.run)
        return dashes.isEmpty ? [1, 0] : .array(dashes.map { .step($0) })
      }
    }
    var widths: [JSONValue] { series.map { JSONValue(RunLook.width(isSecond: $0.isSecond)) } }
  }
}

extension LineChart.Line {
  /// The points without a neighbor, of which a line shows nothing.
  fileprivate func lonePoints(on scale: ChartScale) -> [ChartPoint] {
    func isPlaced(_ place: Int) -> Bool {
      points.indices.contains(place) && points[place].isPlaced(on: scale)
    }
    return points.indices.filter { isPlaced($0) && !isPlaced($0 - 1) && !isPlaced($0 + 1) }
      .map { points[$0] }
  }
}

extension ChartScale {
  /// The scale of an axis.
  fileprivate var vegaLite: JSONValue {
    [
      "domain": [JSONValue(domain.lowerBound), JSONValue(domain.upperBound)], "nice": false,
      "type": isLogarithmic ? "log" : "linear", "zero": false,
    ]
  }
}
