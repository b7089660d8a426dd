package import StrictJSON

/// A configuration that no run can be made of, in one sentence that names the value and a value to use.
///
/// The sentence names keys as a configuration file has them, `"batch_size": 50`; a program with options can name them
/// by these.
package struct ConfigurationError: Error, Sendable, Equatable {
  /// A part of the sentence.
  fileprivate enum Part: Equatable {
    case text(String)
    /// A key, with a value where the sentence has one.
    case key(String, JSONValue?)
  }

  private var parts: [Part]

  /// Makes an error of a sentence in which `\(key: "steps")` and `\(key: "steps", 5)` are keys.
  package init(_ sentence: Sentence) {
    parts = sentence.parts
  }

  /// Makes an error of a text without keys.
  package init(text: String) {
    parts = [.text(text)]
  }

  /// The sentence, with `name` of a key and of its value in the place of each for which this is not nil.
  package func description(naming name: (_ key: String, _ value: JSONValue?) -> String?) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .key(let key, let value):
        name(key, value) ?? jsonStringLiteral(key) + (value.map { ": " + $0.json } ?? "")
      }
    }.joined()
  }

  /// The keys that the sentence names.
  package var keys: [String] {
    parts.compactMap { if case .key(let key, _) = $0 { key } else { nil } }
  }

  /// The error of a configuration file: its sentence after the name of the file.
  package func found(in file: String) -> ConfigurationError {
    var error = self
    error.parts.insert(.text("\(file): "), at: 0)
    return error
  }

  /// A sentence with keys.
  package struct Sentence: ExpressibleByStringInterpolation {
    fileprivate var parts: [Part] = []

    package init(stringLiteral text: String) { parts = [.text(text)] }

    package init(stringInterpolation: Interpolation) { parts = stringInterpolation.parts }

    /// A sentence that is being put together.
    package struct Interpolation: StringInterpolationProtocol {
      fileprivate var parts: [Part] = []

      package init(literalCapacity: Int, interpolationCount: Int) {}

      package mutating func appendLiteral(_ text: String) { parts.append(.text(text)) }

      /// Appends the description of a value.
      package mutating func appendInterpolation(_ value: some Any) { appendLiteral("\(value)") }

      /// Appends a key, and a value of it where there is one.
      package mutating func appendInterpolation(key: String, _ value: JSONValue? = nil) {
        parts.append(.key(key, value))
      }
    }
  }
}

extension ConfigurationError: CustomStringConvertible {
  /// The sentence, with keys as a configuration file has them.
  package var description: String { description { _, _ in nil } }
}
