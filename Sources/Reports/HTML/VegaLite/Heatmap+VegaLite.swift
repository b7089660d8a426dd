import StrictJSON

extension Heatmap {
  func vegaLite(width: Int, hasLegend: Bool, _ theme: FigureTheme) -> JSONValue {
    let cells = rows.flatMap { row in
      zip(steps, row.values).map { step, value -> JSONValue in
        ["layer": .string(row.label), "step": .step(step), "value": .drawn(value)]
      }
    }
    let ticks = tickColumns.map { JSONValue.step(steps[$0]) }
    let legend: JSONValue = [
      "columns": 3, "format": ".2~g", "orient": "bottom", "title": .string(measure),
      "titleLimit": 0,
    ]
    return [
      "data": ["values": .array(cells)],
      "description": .string(title),
      "encoding": [
        "color": [
          "field": "value", "legend": hasLegend ? legend : .null,
          "scale": [
            "domain": .array((1..<Ink.shadeCount).map { JSONValue(shades.threshold(of: $0)) }),
            "range": .array((0..<Ink.shadeCount).map { theme.vegaLite(.shade($0)) }),
            "type": "threshold",
          ], "title": .string(measure), "type": "quantitative",
        ],
        "x": [
          "axis": [
            "labelAngle": 0, "labelExpr": "format(datum.value, ',')", "labelOverlap": true,
            "values": .array(ticks),
          ], "field": "step", "title": "training step", "type": "ordinal",
        ],
        "y": [
          "axis": ["ticks": false, "title": .null], "field": "layer",
          "sort": .array(rows.map { .string($0.label) }), "type": "ordinal",
        ],
      ],
      "height": ["step": rows.count <= 8 ? 22 : 13],
      "mark": ["type": "rect"],
      "title": ["text": .string(heading)],
      "width": .integer(Int128(width)),
    ]
  }
}
