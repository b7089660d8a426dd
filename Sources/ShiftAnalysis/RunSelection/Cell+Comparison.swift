import RunModel
import StrictJSON

extension Cell {
  /// The text by which a field of a run is compared; nil where it has no value.
  var written: String? {
    switch self {
    case .text(let text): text
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .truth(let value): "\(value)"
    case .json(let value): value.text
    case .missing, .bytes, .floats, .counts: nil
    }
  }

  /// The number; nil for any other value.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .json(JSONValue.integer(let value)): Double(value)
    default: nil
    }
  }
}
