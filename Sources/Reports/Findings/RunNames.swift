import RunModel

/// The names of several runs, which differ: runs of one name have their ids too.
struct RunNames {
  /// The names, in the order of the runs.
  let all: [String]

  /// Names `runs`.
  init(_ runs: [Run]) {
    let words = runs.map(\.words)
    all = zip(runs, words).map { run, name in
      words.count { $0 == name } > 1 ? "\(name) (\(run.shortID))" : name
    }
  }
}
