import StrictJSON

/// The values of a configuration key that a run can be made with.
package struct ConfigurationRange<Value>: Sendable {
  /// Whether a value is in the range.
  let contains: @Sendable (Value) -> Bool
  /// The advice for a value outside of the range, such as "use 1 or more".
  let advice: @Sendable (Value) -> String
  /// A value in the range; nil where the advice has one.
  let example: JSONValue?
  /// The value that training, which computes in float32, makes of a value.
  ///
  /// It has to be in the range too where a run is new; earlier versions recorded runs in which it is not.
  var rounded: @Sendable (Value) -> Value = { $0 }

  /// The range of a value that may be absent.
  var optional: ConfigurationRange<Value?> {
    ConfigurationRange<Value?>(
      contains: { $0.map(contains) ?? true }, advice: { $0.map(advice) ?? "" }, example: example,
      rounded: { $0.map(rounded) })
  }

  /// The values for which `contains` holds.
  static func values(
    _ advice: String, example: JSONValue, rounded: @escaping @Sendable (Value) -> Value = { $0 },
    _ contains: @escaping @Sendable (Value) -> Bool
  ) -> ConfigurationRange {
    ConfigurationRange(
      contains: contains, advice: { _ in advice }, example: example, rounded: rounded)
  }
}

extension ConfigurationRange<Int> {
  /// The whole numbers of a range.
  static func within(_ range: ClosedRange<Int>) -> ConfigurationRange {
    ConfigurationRange(
      contains: range.contains,
      advice: {
        $0 < range.lowerBound
          ? "use \(range.lowerBound) or more" : "use at most \(range.upperBound)"
      }, example: nil)
  }

  /// The whole numbers from `bound`.
  static func from(_ bound: Int) -> ConfigurationRange { within(bound...Int.max) }
}

// In float32 a very small number is 0 and a very large one infinite.
extension ConfigurationRange<Double> {
  /// The positive numbers.
  static func positive(example: JSONValue) -> ConfigurationRange {
    numbers("use a positive number that a 32-bit float holds", example) { $0.isFinite && $0 > 0 }
  }

  /// The numbers from 0.
  static func notNegative(example: JSONValue) -> ConfigurationRange {
    numbers("use 0 or more, up to what a 32-bit float holds", example) { $0.isFinite && $0 >= 0 }
  }

  /// The numbers that are finite.
  static func finite(example: JSONValue) -> ConfigurationRange {
    numbers("use a number that a 32-bit float holds", example) { $0.isFinite }
  }

  /// The numbers from 0 to less than 1.
  static func fraction(example: JSONValue) -> ConfigurationRange {
    numbers("use 0 or more and less than 1", example) { $0 >= 0 && $0 < 1 }
  }

  private static func numbers(
    _ advice: String, _ example: JSONValue, _ contains: @escaping @Sendable (Double) -> Bool
  ) -> ConfigurationRange {
    values(advice, example: example, rounded: { Double(Float($0)) }, contains)
  }
}
