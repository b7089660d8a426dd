/// Which files of a target name types that other files of it declare.
struct FileGraph {
  private let successors: [String: Set<String>]

  /// Draws the graph of `files`, all of one target.
  init(_ files: [SourceFile]) {
    var homes: [String: String] = [:]
    for file in files {
      for type in file.types { homes[type] = file.name }
    }
    successors = Dictionary(
      uniqueKeysWithValues: files.map { file in
        (file.name, Set(file.namedTypes.compactMap { homes[$0] }).subtracting([file.name]))
      })
  }

  /// The sets of files that reach each other, each of at least two: the strongly connected components.
  var knots: [Set<String>] {
    let reachable = Dictionary(
      uniqueKeysWithValues: successors.keys.map { ($0, files(reachableFrom: $0)) })
    var knots: [Set<String>] = []
    for (file, others) in reachable where others.contains(file) {
      let knot = others.filter { reachable[$0]?.contains(file) == true }
      if !knots.contains(knot) { knots.append(knot) }
    }
    return knots
  }

  private func files(reachableFrom file: String) -> Set<String> {
    var found: Set<String> = []
    var next = Array(successors[file] ?? [])
    while let file = next.popLast() {
      if found.insert(file).inserted { next += successors[file] ?? [] }
    }
    return found
  }
}
