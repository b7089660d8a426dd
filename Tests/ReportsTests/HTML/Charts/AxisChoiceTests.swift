import Testing

@testable import Reports

@Suite("The choice of an axis")
struct AxisChoiceTests {
  @Test(
    "It is logarithmic where a whole line would lie in the lowest twelfth",
    arguments: [
      ([[0, 100], [0, 8]], true), ([[0, 100], [0, 9]], false), ([[0, 100], [8, 100]], false),
      ([[0, 100], [0, 0]], false), ([[-1, 100], [0, 8]], false), ([[5, 5]], false),
      ([[0, 1e299], [1, 1e301]], true),
    ] as [([[Double]], Bool)])
  func hugging(lines: [[Double]], isLogarithmic: Bool) {
    #expect(ChartScale.fromZero(lines).isLogarithmic == isLogarithmic)
  }

  @Test("It begins at the smallest value above 0, at most four decades below the largest")
  func decades() {
    let near = ChartScale.fromZero([[0, 0.02, 1000], [3]])
    #expect(near.domain.lowerBound == 0.1 && near.domain.upperBound == 1000)
    let far = ChartScale.fromZero([[0, 100], [5, 0.2]])
    #expect(far.domain.lowerBound == 0.2)
    #expect(far.canPlace(0.2) && !far.canPlace(0.1) && !far.canPlace(0) && !far.canPlace(.nan))
    #expect(ChartScale.linear(from: 0, to: 1).canPlace(0))
  }

  @Test("It reaches below the top of every line, over at most eight decades")
  func everyLine() {
    let low = ChartScale.fromZero([[1e6, 33_000], [1e-4, 0.7]])
    #expect(low.domain.lowerBound == 0.05 && low.canPlace(0.7))
    #expect(ChartScale.fromZero([[1e6], [1e-3, 0.2], [1e-9]]).domain.lowerBound == 0.02)
  }

  @Test("Values that must have a place widen the axis")
  func others() {
    #expect(AxisChoice.logarithmic.scale([[3, 4]], and: [1, 2]).domain == 1...5)
    #expect(AxisChoice.fitted.scale([[3, 4]], and: [0, .infinity]).domain == 0...4)
    #expect(AxisChoice.fromZero.scale([[3]], and: [7]).domain == 0...8)
    #expect(AxisChoice.ratio.scale([[1, 19]], and: []).isLogarithmic == false)
    #expect(AxisChoice.ratio.scale([[1, 21]], and: []).isLogarithmic)
    #expect(AxisChoice.between(-1, 1).scale([[0]], and: []).domain == -1...1)
  }

  @Test("Labels that would cover the one before are left out")
  func apart() {
    let labels = [(text: "a", place: 0.0, length: 20.0), ("b", 22, 20), ("c", 30, 20)]
    #expect(PanelText.apart(labels, gap: 6).map(\.text) == ["a", "c"])
  }
}
