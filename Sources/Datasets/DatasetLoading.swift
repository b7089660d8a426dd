import FoundationEssentials

extension Dataset {
  /// Loads the data set that a person asked for.
  ///
  /// - Parameter specification: `digits` or `digits-rgb` (in the binary), `fashion-mnist` (Debian's package), `linear-map` or
  ///   `heights-and-weights` (drawn), or the path of a folder of IDX files or of a CSV file (`./digits` where it has such
  ///   a name).
  /// - Returns: the data set, with the split that its publisher made, or a fixed one.
  /// - Throws: `DatasetError`.
  package static func load(_ specification: String) throws(DatasetError) -> Dataset {
    switch specification {
    case "digits": try digits()
    case "digits-rgb": try digitsRGB()
    case "fashion-mnist": try fashionMNIST()
    case "linear-map": try linearMap()
    case "heights-and-weights": try heightsAndWeights()
    default: try atPath(specification)
    }
  }

  /// Loads Fashion-MNIST from where Debian's package installs it.
  ///
  /// - Throws: `DatasetError` that names the package where the files are not there.
  static func fashionMNIST(
    folder: String = "/usr/share/datasets/fashion-mnist"
  ) throws(DatasetError) -> Dataset {
    do {
      return try IDXFolder(path: folder).load(
        name: "fashion-mnist",
        source: "Fashion-MNIST, H. Xiao, K. Rasul and R. Vollgraf, Zalando Research (2017), MIT "
          + "license, in its published split.")
    } catch {
      guard error.kind == .missing else { throw error }
      throw .missing(
        "Fashion-MNIST is not in \(folder): install it with `apt-get install "
          + "dataset-fashion-mnist`.")
    }
  }

  private static func atPath(_ path: String) throws(DatasetError) -> Dataset {
    var isFolder = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .missing(
        "There is no data set at \(path.quotedForMessage): give `digits`, `digits-rgb`, `fashion-mnist`, `linear-map`, "
          + "`heights-and-weights`, a folder of IDX files, or a CSV file.")
    }
    let fileName = URL(filePath: path).standardizedFileURL.lastPathComponent
    if isFolder {
      return try IDXFolder(path: path).load(
        name: fileName,
        source: "IDX files of \(path), in their published split; the license is their publisher's.")
    }
    let table = try CSVTable(path: path)
    let (train, test) = table.examples.fixedSplit(trainCount: table.examples.count * 4 / 5)
    return try Dataset(
      name: fileName.droppingSuffix(".gz").droppingSuffix(".csv"),
      source: "CSV file \(path), split 80/20 into \(train.count) training and \(test.count) test "
        + "examples by a permutation that is the same for every run; the license is its "
        + "publisher's.",
      train: train, test: test, columns: table.columns)
  }
}

extension String {
  /// The string without `suffix`, if it ends so in any case and has more than that.
  func droppingSuffix(_ suffix: String) -> String {
    count > suffix.count && lowercased().hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }

  /// The string in quotes, its unprintable characters escaped and its far end cut off.
  var quotedForMessage: String {
    let shown = prefix(200).map { $0.unicodeScalars.map { $0.escaped(asASCII: false) }.joined() }
    return "\"" + shown.joined() + (count > 200 ? "…" : "") + "\""
  }
}
