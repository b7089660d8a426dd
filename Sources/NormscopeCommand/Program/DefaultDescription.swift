import ArgumentParser
import Training

extension DefaultStringInterpolation {
  /// Appends a default as help texts tell it: `(default: sgd)`.
  mutating func appendInterpolation(default value: some ExpressibleByArgument) {
    appendLiteral("(default: ")
    appendLiteral(value.defaultValueDescription)
    appendLiteral(")")
  }

  /// Appends the default of a number: `(default: 1)`.
  mutating func appendInterpolation(default number: Double) {
    appendInterpolation(default: [number])
  }

  /// Appends the default of a list of numbers: `(default: 0.5,1)`.
  mutating func appendInterpolation(default numbers: [Double]) {
    let texts = numbers.map { $0.description }
    appendInterpolation(
      default: texts.map { $0.hasSuffix(".0") ? String($0.dropLast(2)) : $0 }
        .joined(separator: ","))
  }

  /// Appends the default of a flag: `(default: no)`.
  mutating func appendInterpolation(default isOn: Bool) {
    appendInterpolation(default: isOn ? "yes" : "no")
  }

  /// Appends the default of the hidden layers: `(default: 64,64)`.
  mutating func appendInterpolation(default layers: [LayerConfiguration]) {
    appendInterpolation(
      default: layers.compactMap { $0.units?.description }.joined(separator: ","))
  }
}
