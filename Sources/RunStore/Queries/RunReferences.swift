public import RunModel
import SQLite

/// How a run is referred to, and which one is meant.
extension RunDatabase {
  /// The fewest characters of an id that stand for it: what is shorter is a name and nothing else.
  public static let shortestIDPrefix = 4

  /// The run that `reference` names, and whether others have the name too.
  ///
  /// A reference is `latest` or `latest~N` (N before it); a name, of which the newest run that has it is meant;
  /// `NAME~N` (N before that one); or a prefix of an id, of at least 4 characters. A name goes before the beginning
  /// of an id, and so does one of a run that is in the trash.
  /// - Parameters:
  ///   - reference: what it goes by.
  ///   - inTrash: whether it is looked for in the trash, and there only; else outside it.
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

  /// The run that `reference` names and no other: where several have the name, their ids are asked for.
  ///
  /// It is for what changes or deletes a run.
  /// - Throws: `StoreError` of kind `ambiguousRun` where several runs have the name; else as `findRun` does.
  public func onlyRun(_ reference: String, inTrash: Bool = false) throws -> Run {
    let found = try findRun(reference, inTrash: inTrash)
    guard let name = found.sharedName else { return found.run }
    throw ambiguousRun(name, try attempt { try runs(called: name, inTrash) })
  }

  /// Whether `name` would be taken for something else where a run is asked for.
  public static func isReservedRunName(_ name: String) -> Bool {
    name.isEmpty || stepsBack(name) != nil
  }

  private static func stepsBack(_ reference: String) -> Int? {
    guard reference != "latest" else { return 0 }
    guard let (name, count) = nameAndPlace(reference), name == "latest" else { return nil }
    return count
  }

  /// The parts of `NAME~N`; nil where it is not written so.
  private static func nameAndPlace(_ reference: String) -> (name: String, place: Int)? {
    guard let tilde = reference.lastIndex(of: "~") else { return nil }
    let place = Int(reference[reference.index(after: tilde)...])
    guard let place, place >= 0, tilde > reference.startIndex else { return nil }
    return (String(reference[..<tilde]), place)
  }

  private func runs(called name: String, _ inTrash: Bool) throws -> [Run] {
    try selectRuns(inTrash, "AND run.name = ? ORDER BY started_at, run.id", [.text(name)])
  }

  /// The run that `NAME~N` names; nil where that is not a reference of this kind.
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
