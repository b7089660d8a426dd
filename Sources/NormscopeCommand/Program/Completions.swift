import ArgumentParser
import RunModel

extension CompletionKind {
  /// The names of the runs of the database that the command line, or else the environment, names.
  static var runs: CompletionKind {
    .custom { words, _, prefix in
      let place = words.lastIndex { $0 == "--db" }.map { $0 + 1 }
      var database = DatabaseOption()
      database.db = place.flatMap { $0 < words.count ? words[$0] : nil }
      guard let runs = try? database.openForReading().runs(inTrash: false) else { return [] }
      return (["latest"] + Set(runs.map(\.name)).sorted()).filter { $0.hasPrefix(prefix) }
    }
  }
}
