import Glibc
import Testing

@testable import Statistics

@Suite("The chi-squared distribution")
struct ChiSquaredTests {
  @Test("quantiles are scipy's")
  func quantiles() {
    let levels = [0.999, 0.5, 0.05, 1e-3, 1e-9]
    for (degrees, row) in zip([1, 2, 3, 9, 63, 1000], HistogramGolden.quantiles) {
      let distribution = ChiSquared(degreesOfFreedom: degrees)
      for (level, expected) in zip(levels, row) {
        let found = distribution.quantile(upper: level)
        #expect(isClose(found, expected, relative: 1e-11), "\(degrees), \(level): \(found)")
      }
    }
  }

  @Test("two degrees of freedom are an exponential distribution")
  func exponential() {
    for x in [1e-8, 0.3, 3.99, 4, 4.01, 60, 700] {
      let exceedance = ChiSquared(degreesOfFreedom: 2).exceedance(of: x)
      #expect(isClose(exceedance, exp(-x / 2), relative: 1e-13))
    }
    #expect(ChiSquared(degreesOfFreedom: 2).exceedance(of: 0) == 1)
  }
}
