/// A store that finds runs by the parts of references.
package protocol RunFinding: RunReading {
  /// The name of the store in a sentence, such as the path of a file.
  var path: String { get }

  /// The run that `count` newer ones follow, outside the trash or in it; nil where there are only `count` runs or fewer.
  ///
  /// - Throws: `StoreError`.
  func latestRun(but count: Int, inTrash: Bool) throws -> Run?

  /// The runs with a name, oldest first.
  ///
  /// - Throws: `StoreError`.
  func runs(called name: String, inTrash: Bool) throws -> [Run]

  /// The runs whose ids begin with `prefix` in upper or lower case, oldest first.
  ///
  /// - Throws: `StoreError`.
  func runs(withIDPrefix prefix: String, inTrash: Bool) throws -> [Run]

  /// Whether lists can be ordered by these fields; what is asked for has no other order.
  func canOrder(by fields: [RunField]) -> Bool

  /// Passes the runs of `list` to `body`, in order, until it returns false; a store may pass others too, of which its condition
  /// is not true, but leaves none out.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  func forEachRun(_ list: RunList, _ body: (Run) throws -> Bool) throws
}

extension RunFinding {
  package func canOrder(by fields: [RunField]) -> Bool { fields.isEmpty }

  /// Passes all runs to `body`, whatever the condition, until it returns false.
  ///
  /// - Throws: `StoreError`, or what `body` throws.
  package func forEachRun(_ list: RunList, _ body: (Run) throws -> Bool) throws {
    let runs = try runs(inTrash: list.inTrash)
    for run in list.newestFirst ? runs.reversed() : runs { guard try body(run) else { return } }
  }
}

extension RunFinding {
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
  package func foundRun(_ reference: String, inTrash: Bool) throws -> FoundRun {
    if let stepsBack = RunReference.stepsBack(reference) {
      guard let latest = try latestRun(but: stepsBack, inTrash: inTrash) else {
        throw unknownRun(reference, inTrash: inTrash)
      }
      return FoundRun(latest)
    }
    if let newest = FoundRun(
      newestOf: try runs(called: reference, inTrash: inTrash), called: reference)
    {
      return newest
    }
    if let earlier = try earlierRun(reference, inTrash) { return FoundRun(earlier) }
    if try !runs(called: reference, inTrash: !inTrash).isEmpty {
      throw misplacedRun(reference, isInTrash: !inTrash)
    }
    return FoundRun(try run(ofIDPrefix: reference, inTrash))
  }

  /// The only run that `reference` names, for a command that changes, copies or deletes a run.
  ///
  /// Where several runs have the name, an id is required.
  /// - Throws: `StoreError` of kind `ambiguousRun` where several runs have the name; otherwise as `findRun`.
  package func foundOnlyRun(_ reference: String, inTrash: Bool) throws -> Run {
    let found = try foundRun(reference, inTrash: inTrash)
    guard let name = found.sharedName else { return found.run }
    throw ambiguousRun(name, try runs(called: name, inTrash: inTrash))
  }

  /// The run that `NAME~N` names; nil for a reference of another form.
  private func earlierRun(_ reference: String, _ inTrash: Bool) throws -> Run? {
    guard let (name, place) = RunReference.nameAndPlace(reference) else { return nil }
    let named = try runs(called: name, inTrash: inTrash)
    if place < named.count { return named[named.count - 1 - place] }
    if named.isEmpty {
      guard try runs(called: name, inTrash: !inTrash).isEmpty else {
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
    guard reference.count >= RunReference.shortestIDPrefix else {
      throw unknownRun(reference, inTrash: inTrash)
    }
    let found = try runs(withIDPrefix: reference, inTrash: inTrash)
    guard let run = found.first else {
      throw try runs(withIDPrefix: reference, inTrash: !inTrash).isEmpty
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

  /// The error that no run goes by `reference`.
  package func unknownRun(_ reference: String, inTrash: Bool) -> StoreError {
    let isShortID =
      (1..<RunReference.shortestIDPrefix).contains(reference.count)
      && reference.allSatisfy(\.isHexDigit)
    return StoreError(
      .unknownRun,
      "No run in \(inTrash ? "the trash of " : "")\(path) goes by \"\(reference)\""
        + (isShortID
          ? "; an id is named by \(RunReference.shortestIDPrefix) or more of its characters."
          : "."),
      remedy: .listRuns(inTrash: inTrash))
  }

  private func misplacedRun(_ reference: String, isInTrash: Bool) -> StoreError {
    StoreError(
      .unknownRun,
      "The run \"\(reference)\" in \(path) is \(isInTrash ? "" : "not ")in the trash.",
      remedy: isInTrash ? .restoreRun : .deleteRun)
  }
}
