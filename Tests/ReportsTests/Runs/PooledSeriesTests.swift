import Testing

@testable import Reports

@Suite("A series held as the means of equal parts")
struct PooledSeriesTests {
  @Test("Few values are kept as they are")
  func few() {
    var series = PooledSeries(capacity: 4)
    #expect(series.means == [] && series.last == nil)
    for value in [1.0, 2, 3, 4] { series.append(value) }
    #expect(series.means == [1, 2, 3, 4] && series.last == 4)
  }

  @Test("Many are means of parts of a power of two, the last part open")
  func many() {
    var series = PooledSeries(capacity: 4)
    for value in 1...5 { series.append(Double(value)) }
    #expect(series.means == [1.5, 3.5, 5])
    for value in 6...9 { series.append(Double(value)) }
    #expect(series.means == [2.5, 6.5, 9])
    for value in 10...100_000 { series.append(Double(value)) }
    #expect(series.means.count <= 4 && series.means[0] == 16384.5 && series.last == 100_000)
  }

  @Test("A value that is not finite marks its part alone")
  func notFinite() {
    var series = PooledSeries(capacity: 4)
    for value in [1, 2, .nan, 4, 5, 6] { series.append(value) }
    #expect(series.means[0] == 1.5 && series.means[1].isNaN && series.means[2] == 5.5)
  }
}
