/// A run, and how many others it was chosen from.
public struct FoundRun: Sendable {
  /// The run.
  public let run: Run
  /// The name that it was asked for by, where several runs have it and this is the newest; else nil.
  public let sharedName: String?
  /// How many runs have that name; 1 where the run was asked for by something that is its own.
  public let namesakeCount: Int

  /// A run that was asked for by its place, its id, or a name that no other run has.
  package init(_ run: Run) {
    self.run = run
    sharedName = nil
    namesakeCount = 1
  }

  /// The newest of `runs`, all of which are called `name`; nil where there is none.
  package init?(newestOf runs: [Run], called name: String) {
    guard let newest = runs.last else { return nil }
    run = newest
    sharedName = runs.count > 1 ? name : nil
    namesakeCount = runs.count
  }

  /// One sentence that says that other runs have the name too; nil where none has.
  public var note: String? {
    sharedName.map {
      "\(namesakeCount) runs are called \"\($0)\"; \(run.shortID), the newest, is meant, and "
        + "\"\($0)~1\" is the one before."
    }
  }
}
