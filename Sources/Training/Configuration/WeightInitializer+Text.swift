package import Network

/// The notation of initializers in configurations: `glorot`, `he`, `normal:0.05`.
extension WeightInitializer: Codable, LosslessStringConvertible {
  /// Reads the notation; nil where it is not one.
  package init?(_ description: String) {
    switch description {
    case "glorot": self = .glorot
    case "he": self = .he
    default:
      guard description.hasPrefix("normal:"), let deviation = Double(description.dropFirst(7))
      else { return nil }
      self = .normal(standardDeviation: deviation)
    }
  }

  package var description: String {
    switch self {
    case .glorot: "glorot"
    case .he: "he"
    case .normal(let deviation): "normal:\(deviation)"
    }
  }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let initializer = WeightInitializer(try container.decode(String.self)) else {
      throw DecodingError.typeMismatch(
        WeightInitializer.self,
        DecodingError.Context(
          codingPath: decoder.codingPath, debugDescription: "glorot, he or normal:SD"))
    }
    self = initializer
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
