import RunModel
import Testing

@testable import ShiftAnalysis

@Suite("The accuracies near chance")
struct ChanceLevelTests {
  @Test(
    "Half of chance above it, and no more than 5 points",
    arguments: [
      (2, 0.55, 0.7), (3, 1.0 / 3 + 0.05, 1.0 / 3 + 0.2), (10, 0.15, 0.3), (1000, 0.0015, 0.003),
    ])
  func limits(classes: Int, limit: Double, learned: Double) throws {
    let level = try #require(ChanceLevel(classCount: classes))
    #expect(abs(level.limit - limit) < 1e-12 && abs(level.learned - learned) < 1e-12)
  }

  @Test("A single output is no classifier")
  func single() {
    #expect(ChanceLevel(classCount: 1) == nil && ChanceLevel([]) == nil)
  }

  @Test("The classes are the outputs of the last layer, which nothing normalizes")
  func sites() {
    func site(_ layer: Int, _ tap: Site.Tap = .preactivation, width: Int, epsilon: Double? = nil)
      -> Site
    {
      Site(
        layer: layer, tap: tap, population: .batch, statistics: .none, width: width,
        epsilon: epsilon)
    }
    let first = site(1, width: 64, epsilon: 1e-5)
    #expect(ChanceLevel([site(2, .input, width: 64), site(2, width: 10), first])?.classCount == 10)
    #expect(ChanceLevel([first, site(2, width: 10, epsilon: 1e-5)]) == nil)
    #expect(ChanceLevel([first, site(2, .input, width: 10)]) == nil)
  }
}
