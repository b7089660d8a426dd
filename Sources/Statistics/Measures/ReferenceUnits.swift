/// The units of the distribution that shifts are measured from, each of their numbers in an array of its own: loops over
/// neighboring numbers use vector instructions.
struct ReferenceUnits: Sendable {
  private(set) var mean: [Double]
  private(set) var variance: [Double]
  private(set) var standardDeviation: [Double]
  private(set) var precision: [Double]

  /// `count` units with the same numbers.
  init(repeating unit: ReferenceUnit, count: Int) {
    mean = Array(repeating: unit.mean, count: count)
    variance = Array(repeating: unit.variance, count: count)
    standardDeviation = Array(repeating: unit.standardDeviation, count: count)
    precision = Array(repeating: unit.precision, count: count)
  }

  /// The number of units.
  var count: Int { mean.count }

  /// Replaces each unit by what `unit` makes for its number, which it is asked for four times.
  @inline(__always)
  mutating func replace(by unit: (_ number: Int) -> ReferenceUnit) {
    ReferenceUnits.fill(&mean) { unit($0).mean }
    ReferenceUnits.fill(&variance) { unit($0).variance }
    ReferenceUnits.fill(&standardDeviation) { unit($0).standardDeviation }
    ReferenceUnits.fill(&precision) { unit($0).precision }
  }

  @inline(__always)
  private static func fill(_ numbers: inout [Double], by value: (_ number: Int) -> Double) {
    var numbers = numbers.mutableSpan
    for number in 0..<numbers.count { numbers[number] = value(number) }
  }
}
