/// A run that a reference names, and the number of runs with that name.
public struct FoundRun: Sendable {
  /// The run.
  public let run: Run
  /// The name, where several runs have it and this is the newest; else nil.
  public let sharedName: String?
  /// The number of runs with that name; 1 where the reference is unique.
  public let namesakeCount: Int

  /// A run whose reference is unique.
  public init(_ run: Run) {
    self.run = run
    sharedName = nil
    namesakeCount = 1
  }

  /// The newest of `runs`, which all have the name `name`; nil if there are none.
  public init?(newestOf runs: [Run], called name: String) {
    guard let newest = runs.last else { return nil }
    run = newest
    sharedName = runs.count > 1 ? name : nil
    namesakeCount = runs.count
  }

  /// A sentence that says that other runs have the name too; nil where none has.
  public var note: String? {
    sharedName.map {
      "\(namesakeCount) runs are called \"\($0)\"; \(run.shortID), the newest, is meant, and "
        + "\"\($0)~1\" is the one before."
    }
  }
}
