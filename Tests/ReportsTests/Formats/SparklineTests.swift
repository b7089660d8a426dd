import Reports
import Testing

@Suite("Series drawn in text")
struct SparklineTests {
  @Test("Each eighth of the range has its block, the smallest value the lowest one")
  func heights() {
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█")
    #expect(Sparkline.text([7, 0, 3.4]) == "█▁▄")
    #expect(Sparkline.text([-1e308, 0, 1e308]) == "▁▅█")
    #expect(Sparkline.text([0, 1, 2, 3, 4, 5, 6, 7], .ascii) == ".:-=+*#@")
    #expect(Sparkline.text([]) == "")
  }

  @Test("A range that is given is the scale, and what is beyond it has its ends")
  func range() {
    #expect(Sparkline.text([0.5, 1, 9, -9], within: 0...1) == "▅██▁")
  }

  @Test("Values that are all alike have half the height")
  func constant() {
    #expect(Sparkline.text([3, 3, 3]) == "▅▅▅")
    #expect(Sparkline.text([3], within: 3...3) == "▅")
  }

  @Test("A value beyond its range is at its end, whatever the range is")
  func beyondRange() {
    #expect(Sparkline.text([-1e300, 0.5, 1e300], within: 0...1) == "▁▅█")
    #expect(Sparkline.text([1e300, 0], within: 0...1e-300) == "█▁")
    #expect(
      Sparkline.text([0, .leastNonzeroMagnitude], within: 0 ... .leastNonzeroMagnitude) == "▁▁")
    #expect(Sparkline.text([1, 2], within: -.infinity ... .infinity) == "▁▁")
  }

  @Test("NaN and the infinities have marks, and no part in the scale")
  func nonFinite() {
    #expect(Sparkline.text([0, .nan, .infinity, -.infinity, 7]) == "▁x^v█")
    #expect(Sparkline.text([.nan, .infinity], .ascii) == "x^")
  }

  @Test("Where columns are few neighbors share one, and what is not finite is never lost")
  func pooled() {
    #expect(Sparkline.text([0, 2, 6, 8], columns: 2) == "▁█")
    #expect(Sparkline.text([0, 0, 0, 7, 7], columns: 2) == "▁█")
    #expect(Sparkline.text([0, 1, 1, .infinity, 3, 3], columns: 3) == "▁^█")
    #expect(Sparkline.text([1, 2], columns: 0) == "")
    #expect(Sparkline.text((0..<1000).map(Double.init), columns: 8) == "▁▂▃▄▅▆▇█")
  }

  @Test("A heatmap has one scale for all rows, each shade from a third of the one above it")
  func heatmap() {
    let rows = [[0, 1, 3, 9, 27], [81, -27, .nan, 0.5]]
    let map = TextHeatmap(rows)
    #expect(map.largest == 81)
    #expect(map.line(rows[0]) == " ░▒▓█")
    #expect(map.line(rows[1]) == "██x ")
    #expect(map.line([0, 2, 26, 28], columns: 2) == "░█")
    #expect(map.legend == "░ from 1, ▒ from 3, ▓ from 9, █ from 27, at most 81")
    #expect(TextHeatmap(rows, .ascii).line(rows[0]) == " .:*#")
    #expect(TextHeatmap([[0, 0]]).line([0, 0]) == "  ")
  }

  @Test("Neighbors that are alike are drawn alike, whatever their mean rounds to")
  func alike() {
    let text = Sparkline.text([Double](repeating: 0.1, count: 500), columns: 52)
    #expect(Set(text).count == 1 && text.count == 52, "\(text)")
    #expect(Set(Sparkline.text([1, 1.000001])).count == 2)
  }
}
