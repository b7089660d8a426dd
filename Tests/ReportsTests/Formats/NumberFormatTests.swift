import Reports
import Testing

@Suite("Numbers as people read them")
struct NumberFormatTests {
  @Test(
    "Significant digits",
    arguments: [
      (0.123456, "0.1235"), (-0.000123456, "-0.0001235"), (123456, "123500"), (99999.6, "100000"),
      (1, "1"), (0, "0"), (1e-7, "1e-07"), (2.5e20, "2.5e+20"), (.nan, "NaN"),
      (-.infinity, "-Infinity"), (0.1 + 0.2, "0.3"), (7.0815e37, "7.082e+37"),
      (1.1130000000000001e+39, "1.113e+39"), (-1.23449e-30, "-1.234e-30"),
      (1.7976931348623157e308, "1.7976931348623157e+308"),
    ])
  func significant(value: Double, text: String) {
    #expect(NumberFormat.significant(value) == text)
  }

  @Test(
    "Measured values have all of their significant digits, whole numbers and large ones all before the point",
    arguments: [
      (0.5, "0.5000"), (0.016, "0.01600"), (-0.123456, "-0.1235"), (1, "1"), (0, "0"), (-3, "-3"),
      (123456.4, "123456"), (12.3456, "12.35"), (9.99961, "10.00"), (0.099999, "0.1000"),
      (0.00001234, "1.234e-05"), (9.9999e-6, "1.000e-05"), (-2.5e20, "-2.500e+20"),
      (1.5e9, "1.500e+09"), (1.7976931348623157e308, "1.798e+308"),
      (.nan, "NaN"), (-.infinity, "-Infinity"), (99999.6, "100000"),
    ])
  func measured(value: Double, text: String) {
    #expect(NumberFormat.measured(value) == text)
  }

  @Test(
    "Fixed decimals",
    arguments: [
      (0.97729, 4, "0.9773"), (1.005, 1, "1.0"), (-0.04, 1, "0.0"), (-12.345, 2, "-12.35"),
      (7, 0, "7"),
      (.nan, 2, "NaN"),
    ])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberFormat.fixed(value, decimals) == text)
  }

  @Test("Bytes are megabytes, the fewer of them the more digits")
  func megabytes() {
    let sizes = [0, 1, 500, 65_536, 999_999, 1_000_000, 2_709_344, 8_600_000_000]
    #expect(
      sizes.map(NumberFormat.megabytes) == [
        "0 MB", "0.000 MB", "0.001 MB", "0.066 MB", "1.000 MB", "1.0 MB", "2.7 MB", "8600.0 MB",
      ])
  }

  @Test("Rounding to significant digits is within half a unit of the last digit")
  func rounding() throws {
    var value = 1.2345e-12
    while value < 1e14 {
      let rounded = try #require(Double(NumberFormat.significant(value, 3)))
      #expect(abs(rounded - value) <= 0.005 * value * (1 + 1e-9))
      value *= 3.7
    }
  }

  @Test("The shortest text reads back as the number")
  func text() {
    for value in [0.1, 1 / 3.0, 1e300, 123456789.125, -2e-9] {
      #expect(Double(NumberFormat.text(value)) == value)
    }
  }
}
