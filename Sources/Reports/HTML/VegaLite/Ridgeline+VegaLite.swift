import StrictJSON

extension Ridgeline {
  func vegaLite(width: Int, hasLegend: Bool, _ theme: FigureTheme) -> JSONValue {
    let (low, high) = (x.domain.lowerBound, x.domain.upperBound)
    let values = ridges.flatMap { ridge in
      ridge.shares.enumerated().map { bin, share -> JSONValue in
        let middle = low + (high - low) * (Double(bin) + 0.5) / Double(ridge.shares.count)
        return [
          "beyond": .drawn(ridge.beyond), "bin": .step(bin), "share": .drawn(share),
          "step": .step(ridge.step), "value": .drawn(middle),
        ]
      }
    }
    let color = theme.vegaLite(.run(run))
    // A hill may reach into the rows above its own.
    let (bottom, top) = (Ridgeline.spacing, Ridgeline.spacing * (1 - Ridgeline.reach))
    return [
      "bounds": "flush",
      "data": ["values": .array(values)],
      "description": .string(title),
      "facet": [
        "row": [
          "field": "step",
          "header": [
            "format": ",", "labelAlign": "right", "labelAngle": 0, "labelBaseline": "bottom",
            "title": "training step",
          ], "type": "quantitative",
        ]
      ],
      "spacing": 0,
      "spec": [
        "height": JSONValue(Ridgeline.spacing),
        "layer": [
          [
            "encoding": [
              "x": [
                "axis": ["grid": false], "field": "value",
                "scale": [
                  "domain": [JSONValue(low), JSONValue(high)], "nice": false, "zero": false,
                ],
                "title": .string(measure), "type": "quantitative",
              ],
              "y": [
                "axis": .null, "field": "share",
                "scale": [
                  "domain": [0, JSONValue(largest)],
                  "range": [JSONValue(bottom), JSONValue(top)],
                ],
                "type": "quantitative",
              ],
            ],
            "mark": [
              "color": color, "fillOpacity": 0.3,
              "line": ["color": color, "strokeWidth": 0.9], "type": "area",
            ],
          ],
          [
            "encoding": [
              "text": ["field": "beyond", "format": ".0%", "type": "quantitative"],
              "x": ["value": "width"], "y": ["value": "height"],
            ],
            "mark": [
              "align": "right", "baseline": "bottom", "color": theme.vegaLite(.text),
              "fontSize": 10, "type": "text",
            ],
            "transform": [["filter": "datum.bin == 0 && datum.beyond > 0.01"]],
          ],
        ],
        "width": .integer(Int128(width)),
      ],
      "title": ["text": .string(heading)],
    ]
  }
}
