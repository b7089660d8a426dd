package import Network

/// A change of examples that shifts their distribution, as a camera or a printer could.
///
/// Features count as brightnesses from 0 to 1. The kinds are some of the kinds in MNIST-C (Mu and Gilmer 2019), which gave
/// each kind five severities; of its tables only the ones for impulse noise, brightness and contrast are used here, the
/// others are Normscope's own.
package struct Corruption: Sendable, Equatable, CustomStringConvertible {
  /// The kind of a corruption.
  package enum Kind: String, CaseIterable, Sendable {
    case brightness
    case contrast
    case gaussianNoise = "gaussian_noise"
    case impulseNoise = "impulse_noise"
    case shotNoise = "shot_noise"
    case invert
    case translate
    case rotate
    case scale
    case color

    /// The effect, its strength at each severity, and the source of the severities, in one line.
    package var explanation: String { method.explanation }

    /// The one place where a kind meets its algorithm.
    fileprivate var method: any CorruptionMethod.Type {
      switch self {
      case .brightness: Brightness.self
      case .contrast: Contrast.self
      case .gaussianNoise: GaussianNoise.self
      case .impulseNoise: ImpulseNoise.self
      case .shotNoise: ShotNoise.self
      case .invert: Inversion.self
      case .translate: Translation.self
      case .rotate: Rotation.self
      case .scale: Scaling.self
      case .color: StrokeColor.self
      }
    }
  }

  /// The severities of every kind except inversion.
  package static let severities = 1...5

  /// The kind of the corruption.
  package let kind: Kind
  /// The severity, from 1 to 5; an inversion has only one strength.
  package let severity: Int

  /// Describes a corruption.
  ///
  /// - Precondition: `severity` is from 1 to 5.
  package init(_ kind: Kind, severity: Int) {
    precondition(
      Corruption.severities.contains(severity),
      "A corruption has a severity from 1 to 5, got \(severity).")
    self.kind = kind
    self.severity = severity
  }

  /// The notation of the command line, such as `contrast:3`.
  package var description: String {
    kind == .invert ? kind.rawValue : "\(kind.rawValue):\(severity)"
  }

  /// Corrupts examples.
  ///
  /// - Parameters:
  ///   - examples: [examples, features], features from 0 to 1.
  ///   - shape: the shape of an example.
  ///   - generator: the random numbers of noise, drawn example by example.
  /// - Returns: the corrupted examples, again from 0 to 1.
  /// - Throws: `DatasetError` where a feature is outside of 0...1, a geometric change meets no images, or a color other
  ///   channels than three.
  package func corrupted(
    _ examples: Matrix, shape: TensorShape, generator: inout RandomGenerator
  ) throws(DatasetError) -> Matrix {
    if let outside = examples.values.firstIndex(where: { !(0...1).contains($0) }) {
      throw .badData(
        "The corruption \(self) needs features from 0 to 1, but feature \(outside % examples.columns + 1) of "
          + "example \(outside / examples.columns + 1) is \(examples.values[outside]): scale the data to 0...1."
      )
    }
    let method = kind.method
    guard !method.needsImages || shape.positions > 1 else {
      throw .badData(
        "The corruption \(self) moves pixels, and these examples are not images: use brightness, contrast, invert "
          + "or a noise.")
    }
    if let channels = method.channels, shape.channels != channels || shape.positions == 1 {
      throw .badData(
        "The corruption \(self) colors images of \(channels) channels, and these examples are not: use digits-rgb, or "
          + "another corruption.")
    }
    let strength = method.strengths[severity - 1]
    var corrupted = examples
    for row in 0..<examples.rows {
      var example = examples.row(row)
      method.apply(to: &example, shape: shape, strength: strength, generator: &generator)
      corrupted.values.replaceSubrange(
        row * examples.columns..<(row + 1) * examples.columns, with: example)
    }
    return corrupted
  }
}
