import TestSupport
import Testing

@testable import StrictJSON

@Suite("Numbers of JSON")
struct NumberTests {
  static func double(_ text: String) -> Double? {
    switch JSONValue(text: text) {
    case .number(let value): value
    case .integer(let value): Double(value)
    default: nil
    }
  }

  @Test("A number is the one that the standard library reads, to the last bit")
  func againstTheLibrary() {
    var generator = SplitMix64(seed: 5)
    var texts = [
      "0.1", "1e22", "1e23", "1.0e-27", "1e-28", "9007199254740993.0", "0.30000001192092896",
      "2.2250738585072011e-308", "5e-324", "1.7976931348623157e308", "123456789012345678.5",
      "18446744073709551615.5", "18446744073709551616.5", "0.00000000000000000000000000123",
      "8.5e-05", "1e+5", "0e5", "0.5e0",
    ]
    for _ in 0..<20_000 {
      let digits =
        UInt64.random(in: 0...UInt64.max, using: &generator)
        >> UInt64.random(in: 0..<64, using: &generator)
      let text = "\(digits)"
      let place = Int.random(in: 1...text.count, using: &generator)
      let fraction = text.dropFirst(place)
      let exponent = Int.random(in: -45...30, using: &generator)
      texts.append(
        text.prefix(place) + (fraction.isEmpty ? "" : "." + fraction)
          + (exponent == 30 ? "" : "e\(exponent)"))
      texts.append("\(Double(bitPattern: generator.next()))")
      texts.append("\(Double(Float(generator.normal())))")
    }
    for text in texts where !text.contains("n") && text.contains(where: { ".e".contains($0) }) {
      #expect(Self.double(text) == Double(text), "\(text)")
      #expect(Self.double("-\(text)") == Double("-\(text)"), "-\(text)")
    }
  }

  @Test("A half between two numbers is rounded to the even one")
  func ties() {
    #expect(Self.double("9007199254740992.5") == 9_007_199_254_740_992)
    #expect(Self.double("9007199254740993.0") == 9_007_199_254_740_992)
    #expect(Self.double("9007199254740993.000001") == 9_007_199_254_740_994)
    #expect(Self.double("9007199254740995.0") == 9_007_199_254_740_996)
  }

  @Test("Zero keeps its sign where it is written as a fraction")
  func zero() {
    #expect(JSONValue(text: "-0.0") == .number(-0.0))
    #expect(Self.double("-0.0")?.sign == .minus)
    #expect(Self.double("-0e3")?.sign == .minus)
    #expect(JSONValue(text: "0.0") == .integer(0))
    #expect(JSONValue(text: "-0") == .integer(0))
  }

  @Test("Whole numbers are exact", arguments: [0, 7, -7, 1_844_674_407_370_955_160, .max, .min])
  func whole(number: Int) {
    #expect(JSONValue(text: "\(number)") == .integer(Int128(number)))
  }

  @Test(
    "What is not a number is none",
    arguments: ["01", "1.", ".5", "1e", "1e+", "--1", "1.e5", "1-2", "1e5.5", "+1", "-"])
  func faults(text: String) {
    let value = JSONValue(text: text)
    #expect(value == nil || value == .unreadable)
  }
}
