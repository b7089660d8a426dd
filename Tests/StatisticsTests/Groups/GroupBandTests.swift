import Statistics
import Testing

@Suite("Bands of a group")
struct GroupBandTests {
  @Test("Of a few figures the band goes from the smallest to the largest")
  func few() throws {
    let band = try #require(GroupBand(of: [3, -1, 2, 8]))
    #expect(band.count == 4 && band.lower == -1 && band.median == 2.5 && band.upper == 8)
    let one = try #require(GroupBand(of: [7]))
    #expect(one.lower == 7 && one.median == 7 && one.upper == 7)
  }

  @Test("Of eight and more it is that between the quartiles, as numpy 2.4.6 has them")
  func many() throws {
    let band = try #require(GroupBand(of: [3.5, -1, 2, 8, 0.25, 7, 7, 1.5, -4]))
    #expect(band.lower == 0.25 && band.median == 2 && band.upper == 7)
  }

  @Test("Empty and non-finite groups have none")
  func none() {
    #expect(GroupBand(of: []) == nil && GroupBand(of: [1, .nan]) == nil)
    #expect(GroupBand(of: [1, .infinity]) == nil)
  }
}
