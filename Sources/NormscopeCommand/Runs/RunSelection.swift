import ArgumentParser
import Reports
import RunModel
import ShiftAnalysis
import Training

extension RunSelection {
  /// Reads what the command line says.
  ///
  /// - Throws: `ValidationError`.
  init(condition: String?, option: String = "--where", sort: String? = nil, limit: Int? = nil)
    throws
  {
    let filter = try condition.map { text in
      try RunSelection.understood(option, text) { try RunFilter(text) }
    }
    let order = try sort.map { text in
      try RunSelection.understood("--sort", text) { try RunOrder(text) }
    }
    if let limit, limit < 1 {
      throw ValidationError("A list of \(limit) runs is too short; use 1 or more.")
    }
    self.init(filter, in: order, atMost: limit)
  }

  /// The fields that `text` names, separated by commas.
  ///
  /// - Throws: `ValidationError`.
  static func fields(_ text: String, option: String) throws -> [RunField] {
    try understood(option, text) { () throws(RunFilterError) in
      var column = 1
      return try text.split(separator: ",", omittingEmptySubsequences: false).map {
        (name) throws(RunFilterError) in
        defer { column += name.count + 1 }
        return try RunField(named: String(name), at: column)
      }
    }
  }

  /// Turns what `read` could not understand into a sentence.
  private static func understood<Value>(
    _ option: String, _ text: String, read: () throws -> Value
  ) throws -> Value {
    do {
      return try read()
    } catch let error as RunFilterError {
      let keys = RunConfiguration.keys.map(\.name)
      throw ValidationError(
        "\(option) \"\(RunFilterError.excerpt(text))\" is malformed: \(error.sentence(keys: keys))")
    }
  }
}
