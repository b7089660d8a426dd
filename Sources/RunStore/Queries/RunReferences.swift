public import RunModel
import SQLite

/// References to runs.
extension RunDatabase {
  /// The least number of characters of an id that name a run; anything shorter can only be a name.
  public static let shortestIDPrefix = 4

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
    try attempt {
      if let stepsBack = RunDatabase.stepsBack(reference) {
        let latest = try selectRuns(
          inTrash, "ORDER BY started_at DESC, run.id DESC LIMIT 1 OFFSET ?", [.integer(stepsBack)])
        guard let latest = latest.first else { throw unknownRun(reference, inTrash: inTrash) }
        return FoundRun(latest)
      }
      if let newest = try FoundRun(newestOf: runs(called: reference, inTrash), called: reference) {
        return newest
      }
      if let earlier = try earlierRun(reference, inTrash) { return FoundRun(earlier) }
      if try !runs(called: reference, !inTrash).isEmpty {
        throw misplacedRun(reference, isInTrash: !inTrash)
      }
      return FoundRun(try run(ofIDPrefix: reference, inTrash))
    }
  }

  /// The only run that `reference` names, for a command that changes or deletes a run.
  ///
  /// Where several runs have the name, an id is required.
  /// - Throws: `StoreError` of kind `ambiguousRun` where several runs have the name; otherwise as `findRun`.
  public func onlyRun(_ reference: String, inTrash: Bool = false) throws -> Run {
    let found = try findRun(reference, inTrash: inTrash)
    guard let name = found.sharedName else { return found.run }
    throw ambiguousRun(name, try attempt { try runs(called: name, inTrash) })
  }

  /// Whether `name` cannot be the name of a run, because a reference of that form means something else.
  public static func isReservedRunName(_ name: String) -> Bool {
    name.isEmpty || stepsBack(name) != nil
  }

  /// Whether a new run cannot be called `name`: it is reserved, or blank.
  public static func isRefusedRunName(_ name: String) -> Bool {
    isReservedRunName(name) || name.allSatisfy(\.isWhitespace)
  }

  private static func stepsBack(_ reference: String) -> Int? {
    guard reference != "latest" else { return 0 }
    guard let (name, count) = nameAndPlace(reference), name == "latest" else { return nil }
    return count
  }

  /// The parts of `NAME~N`; nil for a reference of another form.
  private static func nameAndPlace(_ reference: String) -> (name: String, place: Int)? {
    guard let tilde = reference.lastIndex(of: "~") else { return nil }
    let place = Int(reference[reference.index(after: tilde)...])
    guard let place, place >= 0, tilde > reference.startIndex else { return nil }
    return (String(reference[..<tilde]), place)
  }

  private func runs(called name: String, _ inTrash: Bool) throws -> [Run] {
    try selectRuns(inTrash, "AND run.name = ? ORDER BY started_at, run.id", [.text(name)])
  }

  /// The run that `NAME~N` names; nil for a reference of another form.
  private func earlierRun(_ reference: String, _ inTrash: Bool) throws -> Run? {
    guard let (name, place) = RunDatabase.nameAndPlace(reference) else { return nil }
    let named = try runs(called: name, inTrash)
    if place < named.count { return named[named.count - 1 - place] }
    if named.isEmpty {
      guard try runs(called: name, !inTrash).isEmpty else {
        throw misplacedRun(name, isInTrash: !inTrash)
      }
      return nil
    }
    throw StoreError(
      .unknownRun,
      "\(path) has \(named.count) run\(named.count == 1 ? "" : "s") called \"\(name)\", so that "
        + "none goes by \"\(reference)\".", remedy: .listRuns(inTrash: inTrash))
  }

  private func run(ofIDPrefix reference: String, _ inTrash: Bool) throws -> Run {
    guard reference.count >= RunDatabase.shortestIDPrefix else {
      throw unknownRun(reference, inTrash: inTrash)
    }
    func runs(_ inTrash: Bool) throws -> [Run] {
      try selectRuns(
        inTrash, "AND substr(run.uuid, 1, length(?1)) = lower(?1) ORDER BY started_at, run.id",
        [.text(reference)])
    }
    let found = try runs(inTrash)
    guard let run = found.first else {
      throw try runs(!inTrash).isEmpty
        ? unknownRun(reference, inTrash: inTrash) : misplacedRun(reference, isInTrash: !inTrash)
    }
    guard found.count == 1 else { throw ambiguousRun(reference, found) }
    return run
  }

  private func ambiguousRun(_ reference: String, _ found: [Run]) -> StoreError {
    let ids = found.suffix(5).map(\.shortID).joined(separator: ", ")
    return StoreError(
      .ambiguousRun,
      "\(found.count) runs in \(path) go by \"\(reference)\"; name one by its id: \(ids).")
  }

  func unknownRun(_ reference: String, inTrash: Bool = false) -> StoreError {
    let isShortID =
      (1..<RunDatabase.shortestIDPrefix).contains(reference.count)
      && reference.allSatisfy(\.isHexDigit)
    return StoreError(
      .unknownRun,
      "No run in \(inTrash ? "the trash of " : "")\(path) goes by \"\(reference)\""
        + (isShortID
          ? "; an id is named by \(RunDatabase.shortestIDPrefix) or more of its characters." : "."),
      remedy: .listRuns(inTrash: inTrash))
  }

  private func misplacedRun(_ reference: String, isInTrash: Bool) -> StoreError {
    StoreError(
      .unknownRun,
      "The run \"\(reference)\" in \(path) is \(isInTrash ? "" : "not ")in the trash.",
      remedy: isInTrash ? .restoreRun : .deleteRun)
  }
}
