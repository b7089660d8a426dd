import StrictJSON

/// A configuration as they are written: keys with defaults, unknown ones refused, layers inside.
struct SampleConfiguration: Decodable, Equatable {
  struct Layer: Decodable, Equatable {
    var units: Int
    var activation = Activation.relu
    var scale: Float?

    init(units: Int) { self.units = units }

    init(from decoder: any Decoder) throws {

      let container = try decoder.container(keyedBy: Key.self)
      units = try container.decode(Int.self, forKey: .units)
      activation = try container.decodeIfPresent(Activation.self, forKey: .activation) ?? .relu
      scale = try container.decodeIfPresent(Float.self, forKey: .scale)
      if units < 1 { throw SizeError(units: units) }
    }

    private enum Key: String, CodingKey, CaseIterable {
      case units, activation, scale
    }
  }

  struct SizeError: Error, CustomStringConvertible {
    let units: Int
    var description: String { "A layer can't have \(units) units; use 1 or more." }
  }

  enum Activation: String, CaseIterable, Decodable {
    case relu, tanh
  }

  var learningRate = 0.1
  var seed: UInt64 = 1
  var shuffles = true
  var name = ""
  var layers: [Layer] = []
  var tags: [String: String] = [:]

  init() {}

  init(from decoder: any Decoder) throws {

    let container = try decoder.container(keyedBy: Key.self)
    learningRate = try container.decodeIfPresent(Double.self, forKey: .learningRate) ?? 0.1
    seed = try container.decodeIfPresent(UInt64.self, forKey: .seed) ?? 1
    shuffles = try container.decodeIfPresent(Bool.self, forKey: .shuffles) ?? true
    name = try container.decodeIfPresent(String.self, forKey: .name) ?? ""
    layers = try container.decodeIfPresent([Layer].self, forKey: .layers) ?? []
    tags = try container.decodeIfPresent([String: String].self, forKey: .tags) ?? [:]
  }

  private enum Key: String, CodingKey, CaseIterable {
    case learningRate = "learning_rate"
    case seed, shuffles, name, layers, tags
  }
}
