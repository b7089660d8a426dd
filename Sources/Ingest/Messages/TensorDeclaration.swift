package import RunModel
import StrictJSON

/// A tensor of the network, as a stream declares it.
package struct TensorDeclaration: Sendable, Equatable {
  /// The keys of a declaration.
  package enum Key: String, CaseIterable {
    case name, layer, kind, shape, activation, tap, population, statistics, units, epsilon
    case derivesNormalized = "derives_normalized"
  }

  /// The name, which no other tensor of the run has.
  package let name: String
  /// The name of the layer.
  package let layer: String
  /// The kind of the layer, such as "BatchNorm2d".
  package let kind: String?
  /// The shape of one example of the tensor.
  package let shape: [Int]?
  /// The layer's activation.
  package let activation: String?
  /// The tensor of the layer.
  package let tap: Site.Tap
  /// The examples.
  package let population: Site.Population
  /// The statistics mode of batch norm.
  package let statistics: StatisticsMode
  /// The number of features.
  package let units: Int
  /// The epsilon of the normalization that reads the tensor.
  package let epsilon: Double?
  /// Whether the output of that normalization follows from the moments, gamma and beta.
  package let derivesNormalized: Bool?

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    name = try fields.required(.name, fields.text(.name))
    guard !name.isEmpty else { throw fields.misfit(.name, wanted: "a name") }
    layer = try fields.text(.layer) ?? name
    kind = try fields.text(.kind)
    shape = try TensorDeclaration.shape(fields)
    activation = try fields.text(.activation)
    epsilon = try fields.finiteNumber(.epsilon)
    if let epsilon, epsilon < 0 { throw fields.misfit(.epsilon, wanted: "a number from 0") }
    tap = try fields.choice(.tap, of: Site.Tap.self) ?? (epsilon == nil ? .input : .preactivation)
    population = try fields.choice(.population, of: Site.Population.self) ?? .batch
    let statistics = try fields.choice(.statistics, of: StatisticsMode.self)
    self.statistics = statistics ?? (epsilon == nil ? .none : .batch)
    units = try fields.required(.units, fields.integer(.units, in: RecordingProtocol.units))
    let derives = try fields.truth(.derivesNormalized)
    if derives != nil && epsilon == nil {
      throw MisfitError(
        at: Key.derivesNormalized.rawValue,
        predicate: "is given without an epsilon; no normalization reads this tensor.")
    }
    derivesNormalized = epsilon == nil ? nil : derives ?? (self.statistics == .batch)
  }

  private static func shape(_ fields: JSONFields<Key>) throws(MisfitError) -> [Int]? {
    guard let list = try fields.list(.shape) else { return nil }
    guard list.count <= 16 else {
      throw MisfitError(
        at: Key.shape.rawValue, predicate: "has \(list.count) lengths; use at most 16.")
    }
    var shape: [Int] = []
    for (index, value) in list.enumerated() {
      guard case .integer(let length) = value, let length = Int(exactly: length), length >= 1 else {
        throw MisfitError(
          predicate: "is \(value.excerpt), where a whole number from 1 is wanted."
        ).inside(index).inside(Key.shape.rawValue)
      }
      shape.append(length)
    }
    return shape
  }
}
