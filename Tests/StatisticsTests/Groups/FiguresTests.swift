import Testing

@testable import Statistics

@Suite("Figures that may be infinite or NaN")
struct FiguresTests {
  @Test("The median leaves NaN last")
  func figures() {
    let figures = Figures([3, .nan, 1])
    #expect(figures.median == 3 && figures.smallest == 1 && figures.largest.isNaN)
    #expect(Figures([4, 1, 3, 2]).median == 2.5)
  }
}
