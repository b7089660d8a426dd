import Network

/// The algorithm of a kind of corruption.
protocol CorruptionMethod {
  /// The effect, its strength at each severity, and the source of the severities, in one line.
  static var explanation: String { get }
  /// The strength at each of the five severities.
  static var strengths: [Double] { get }
  /// Whether the method moves pixels, so that examples must be images.
  static var needsImages: Bool { get }
  /// The number of channels that examples must have; nil for any.
  static var channels: Int? { get }

  /// Corrupts one example in place, [positions · channels] of numbers from 0 to 1.
  static func apply(
    to example: inout [Float], shape: TensorShape, strength: Double,
    generator: inout RandomGenerator)
}

extension CorruptionMethod {
  static var needsImages: Bool { false }
  static var channels: Int? { nil }
}

extension Float {
  /// The number, or the nearer end of 0...1 where it is outside.
  var clippedToUnitRange: Float { Swift.min(Swift.max(self, 0), 1) }
}
