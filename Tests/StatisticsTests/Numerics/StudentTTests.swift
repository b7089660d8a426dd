import Testing

@testable import Statistics

@Suite("Student's t distribution")
struct StudentTTests {
  @Test("quantiles are scipy's")
  func quantiles() {
    // scipy 1.17.1, scipy.stats.t.ppf of 0.5, 0.9, 0.975 and 0.9995.
    let expected: [(degrees: Int, quantiles: [Double])] = [
      (1, [0, 3.0776835371752544, 12.706204736174694, 636.6192487687897]),
      (2, [0, 1.8856180831641272, 4.302652729749462, 31.599054576445365]),
      (3, [0, 1.637744353696209, 3.1824463052837078, 12.923978636687961]),
      (4, [0, 1.533206274058944, 2.7764451051977934, 8.610301581379522]),
      (7, [0, 1.4149239276505086, 2.364624251592784, 5.407882520861828]),
      (30, [0, 1.3104150253913955, 2.0422724563012378, 3.6459586350420627]),
      (999, [0, 1.2823995700373971, 1.9623414611334493, 3.3002924403987666]),
    ]
    for (degrees, quantiles) in expected {
      let distribution = StudentT(degreesOfFreedom: degrees)
      for (level, wanted) in zip([0.5, 0.9, 0.975, 0.9995], quantiles) {
        let found = distribution.quantile(level)
        #expect(abs(found - wanted) <= 1e-9 * max(1, wanted), "\(degrees), \(level): \(found)")
        #expect(abs(distribution.quantile(1 - level) + wanted) <= 1e-9 * max(1, wanted))
      }
    }
  }
}
