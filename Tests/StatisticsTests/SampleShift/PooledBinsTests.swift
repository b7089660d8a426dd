import Testing

@testable import Statistics

@Suite("Bins of two samples together")
struct PooledBinsTests {
  @Test("Of different numbers each bin has its share, and ends halfway between two of them")
  func shares() throws {
    let bins = try #require(PooledBins(of: [7, 1, 3, 2, 6, 5, 8, 4], bins: 4))
    #expect(bins.edges == [1, 2.5, 4.5, 6.5, 8])
    #expect((1...8).map { bins.bin(of: Double($0)) } == [0, 0, 1, 1, 2, 2, 3, 3])
  }

  @Test("A number that many examples share has a bin of its own at either end")
  func atoms() throws {
    let black = try #require(PooledBins(of: [0, 0, 0, 0, 0, 0, 0, 0.5, 0.75, 1], bins: 10))
    #expect(black.edges == [0, 0.25, 0.625, 0.875, 1])
    // A little light is seen, though it is nearer to black than to any other number.
    #expect(black.bin(of: 0.3) != black.bin(of: 0))
    let white = try #require(PooledBins(of: [1, 1, 1, 1, 1, 1, 1, 1, 1, 0], bins: 4))
    #expect(white.edges == [0, 0.5, 1])
  }

  @Test("Neighboring floats are distinguished, and equal numbers have no bins")
  func extremes() throws {
    let next = Float(1).nextUp
    let bins = try #require(PooledBins(of: [1, next], bins: 10))
    #expect(bins.count == 2)
    #expect(bins.bin(of: 1) == 0 && bins.bin(of: Double(next)) == 1)
    #expect(PooledBins(of: [2, 2, 2], bins: 10) == nil)
    #expect(PooledBins(of: [], bins: 10) == nil)
  }
}
