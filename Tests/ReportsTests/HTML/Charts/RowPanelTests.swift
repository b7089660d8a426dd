import Testing

@testable import Reports

@Suite("Heatmaps and ridges")
struct RowPanelTests {
  static func heatmap(_ rows: [[Double?]]) throws -> Heatmap {
    let values = rows.flatMap { $0 }.compactMap { $0 }
    return Heatmap(
      title: "map", heading: "run", measure: "normalized W2, sd at step 0",
      steps: [0, 500, 1_000_000],
      rows: rows.enumerated().map {
        Heatmap.Row(label: "layer \($0 + 1)", startsGroup: $0 == 1, values: $1)
      },
      shades: try #require(HeatmapShades(values)))
  }

  @Test("A cell has the shade of its value, cells of one shade are one, and no value is no cell")
  func cells() throws {
    let map = try Self.heatmap([[1, 1, 512], [nil, 1, nil]])
    let markup = map.marks(width: 430, height: map.height(atWidth: 430), .light).markup
    func widths(_ shade: Int) -> [Double] {
      markup.matches(of: /class="f-shade(\d)"[^>]* d="M[^"]*?h([0-9.]+)v21h/).filter {
        $0.output.1 == "\(shade)"
      }.compactMap { Double($0.output.2) }
    }
    let (least, most) = (widths(0), widths(8))
    #expect(least.count == 2 && most.count == 1)
    #expect(abs(least[0] - 2 * most[0]) < 0.02 && abs(least[1] - most[0]) < 0.02)
    #expect(TextBoxes(markup).collisions == [])
    #expect(TextBoxes(markup).beyond(430) == [])
    // The second row has a gap above it.
    #expect(map.height(atWidth: 430) == 72 + 22 + 5 + 22 + 36)
  }

  @Test(
    "Numbers in little room have an exponent where they would be long",
    arguments: [
      (0, "0"), (0.0123, "0.012"), (99_999, "1e5"), (1.34e11, "1.3e11"), (-2e-7, "-2e-7"),
      (9.99e-4, "0.001"), (.leastNonzeroMagnitude, "4.9e-324"), (.infinity, "Infinity"),
    ] as [(Double, String)])
  func numbers(value: Double, text: String) {
    #expect(PanelText.number(value) == text)
  }

  @Test("The table of a map has a column for each layer")
  func table() throws {
    let table = try #require(Self.heatmap([[1, 2, 3], [4, nil, 6]]).table)
    #expect(table.columns == ["layer 1", "layer 2"])
    #expect(table.rows.map(\.heading) == ["0", "500", "1,000,000"])
    #expect(table.rows.map(\.cells) == [["1", "4"], ["2", "undefined"], ["3", "6"]])
  }

  @Test(
    "A ridge rises by the share of each bin over the largest, and says what lies beyond the bins")
  func ridges() throws {
    let panel = Ridgeline(
      title: "ridges", heading: "layer 1", measure: "units of the tensor", run: 1,
      ridges: [
        Ridgeline.Ridge(step: 0, shares: [0, 0.5, 0.25, 0], beyond: 0.25),
        Ridgeline.Ridge(step: 100, shares: [0.1, 0.1, 0.1, 0.7], beyond: 0),
      ],
      x: .linear(from: -2, to: 2, count: 4, isRounded: false), largest: 0.5)
    let height = panel.height(atWidth: 430)
    let markup = panel.marks(width: 430, height: height, .light).markup
    let data = try #require(markup.firstMatch(of: /class="ridge [^"]*"[^>]* d="([^"]*)"/)).output.1
    // From the base at 52 + 17 up by twice the distance of rows at the largest share, and half of that beside it.
    let numbers = data.dropFirst().dropLast().split { " lM".contains($0) }
    #expect(numbers.first == "35.1" && data.contains(" 69l"))
    #expect(data.contains("-34 ") && data.contains(" 17 "))
    #expect(markup.contains(">25 % beyond<") && markup.ranges(of: "beyond<").count == 1)
    let table = try #require(panel.table)
    #expect(table.rows[0].cells == ["0", "0", "1", "25.00 %"])
    #expect(table.rows[1].cells == ["-1", "2", "2", "0.00 %"])
  }
}
