import ArgumentParser
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import StrictJSON
import Training

/// Which runs are listed, and in which order.
struct RunSelection {
  private let filter: RunFilter?
  private let order: RunOrder?
  private let limit: Int?

  /// Reads what the command line says.
  ///
  /// - Throws: `ValidationError`.
  init(condition: String?, option: String = "--where", sort: String? = nil, limit: Int? = nil)
    throws
  {
    filter = try condition.map { text in
      try RunSelection.understood(option, text) { try RunFilter(text) }
    }
    order = try sort.map { text in
      try RunSelection.understood("--sort", text) { try RunOrder(text) }
    }
    if let limit, limit < 1 {
      throw ValidationError("A list of \(limit) runs is too short; use 1 or more.")
    }
    self.limit = limit
  }

  /// The runs of `database`, the oldest or the newest first unless another order was asked for.
  ///
  /// - Throws: `StoreError`.
  func runs(of database: RunDatabase, inTrash: Bool, newestFirst: Bool = false) throws -> [Run] {
    var runs = try database.runs(inTrash: inTrash)
    if newestFirst { runs.reverse() }
    if let filter { runs = try runs.filter { try filter.matches(RunFacts($0, in: database)) } }
    if let order { runs = try order.sorted(runs, in: database) }
    return limit.map { Array(runs.prefix($0)) } ?? runs
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
      let found = error.found.map { "\"\(excerpt($0))\"" } ?? "nothing more"
      let advice =
        if let key = error.found, error.candidates == RunField.names,
          RunConfiguration.keys.contains(where: { $0.name == key })
        {
          "; did you mean config.\(key)?"
        } else if let nearest = error.found.flatMap({
          nearestName(to: $0, among: error.candidates)
        }) {
          "; did you mean \(excerpt(nearest))?"
        } else if !error.candidates.isEmpty {
          "; there are \(error.candidates.map(excerpt).joined(separator: ", "))."
        } else {
          "."
        }
      throw ValidationError(
        "\(option) \"\(excerpt(text))\" is malformed: column \(error.column) should "
          + "have \(error.expected), and there is \(found)\(advice)")
    }
  }

  private static func excerpt(_ text: String) -> String {
    let start = text.withoutControlCharacters
    return start.count <= 60 ? start : start.prefix(60) + "…"
  }
}
