public import RunModel
import SQLite

/// References to runs.
extension RunDatabase: RunFinding {
  /// The least number of characters of an id that name a run; anything shorter can only be a name.
  public static let shortestIDPrefix = RunReference.shortestIDPrefix

  /// The run that `reference` names, and the number of runs with that name.
  ///
  /// A reference is `latest` or `latest~N` (N runs before it); a name, which means the newest run with it;
  /// `NAME~N` (N runs before that one); or the first 4 or more characters of an id. A name has precedence over the
  /// beginning of an id, even a name of a run in the trash.
  /// - Parameters:
  ///   - reference: the reference.
  ///   - inTrash: whether to look in the trash only; otherwise outside it only.
  /// - Returns: the run.
  /// - Throws: `StoreError` of kind `unknownRun`, or `ambiguousRun` where several ids begin so; or as `runs` does.
  public func findRun(_ reference: String, inTrash: Bool = false) throws -> FoundRun {
    try foundRun(reference, inTrash: inTrash)
  }

  /// The only run that `reference` names, for a command that changes or deletes a run.
  ///
  /// Where several runs have the name, an id is required.
  /// - Throws: `StoreError` of kind `ambiguousRun` where several runs have the name; otherwise as `findRun`.
  public func onlyRun(_ reference: String, inTrash: Bool = false) throws -> Run {
    try foundOnlyRun(reference, inTrash: inTrash)
  }

  /// Whether `name` cannot be the name of a run, because a reference of that form means something else.
  public static func isReservedRunName(_ name: String) -> Bool { RunReference.isReserved(name) }

  /// Whether a new run cannot be called `name`: it is reserved, or blank.
  public static func isRefusedRunName(_ name: String) -> Bool {
    isReservedRunName(name) || name.allSatisfy(\.isWhitespace)
  }

  package func latestRun(but count: Int, inTrash: Bool) throws -> Run? {
    try attempt {
      try selectRuns(
        inTrash, "ORDER BY started_at DESC, run.id DESC LIMIT 1 OFFSET ?", [.integer(count)]
      ).first
    }
  }

  package func runs(called name: String, inTrash: Bool) throws -> [Run] {
    try attempt {
      try selectRuns(inTrash, "AND run.name = ? ORDER BY started_at, run.id", [.text(name)])
    }
  }

  package func runs(withIDPrefix prefix: String, inTrash: Bool) throws -> [Run] {
    try attempt {
      try selectRuns(
        inTrash, "AND substr(run.uuid, 1, length(?1)) = lower(?1) ORDER BY started_at, run.id",
        [.text(prefix)])
    }
  }
}
