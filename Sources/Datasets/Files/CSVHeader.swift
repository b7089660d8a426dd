/// The first record of a CSV file: the names of its columns.
struct CSVHeader {
  /// The largest number of columns of a table.
  private static let maximumColumnCount = 1 << 20

  /// The path of the file.
  let path: String
  /// The names of the columns, shortened where they are very long.
  let names: [String]
  /// The column that holds the labels.
  let labelColumn: Int

  /// Reads the header from the next record of `cells`.
  ///
  /// - Throws: `DatasetError` where there is none, or not exactly one column `label` among others.
  init(
    readingFrom cells: inout CSVCells, of bytes: [UInt8], path: String
  ) throws(DatasetError) {
    guard cells.startRecord() else {
      throw .badData(
        "\(path) is empty: a CSV file with a header and a column named \"label\" is expected.")
    }
    var names: [String] = []
    var isComplete = false
    while !isComplete {
      let cell = try cells.next()
      names.append(CSVHeader.name(bytes[cell.text]))
      isComplete = cell.endsRecord
      guard names.count <= CSVHeader.maximumColumnCount else {
        throw .badData(
          "\(path) has more than the \(CSVHeader.maximumColumnCount) columns that can be loaded.")
      }
    }
    let labelColumns = names.indices.filter { names[$0].lowercased() == "label" }
    guard let labelColumn = labelColumns.first else {
      let shown = names.prefix(4).map(\.quotedForMessage).joined(separator: ", ")
      throw .badData(
        "\(path) has no column named \"label\": its header starts with \(shown); name the column "
          + "that holds the class of each row so.")
    }
    guard labelColumns.count == 1 else {
      let places = labelColumns.prefix(4).map { String($0 + 1) }.joined(separator: ", ")
      throw .badData(
        "\(path) has \(labelColumns.count) columns named \"label\" (columns \(places)): name all "
          + "but one otherwise.")
    }
    if let unnamed = names.firstIndex(where: CSVHeader.isUnnamed) {
      throw CSVHeader.error(ofUnnamed: unnamed, names[unnamed], path: path)
    }
    guard names.count > 1 else {
      throw .badData(
        "\(path) has no column besides \"label\": at least one of numbers is expected.")
    }
    self.path = path
    self.names = names
    self.labelColumn = labelColumn
  }

  /// Whether a column has no name, or a name that pandas invents for it.
  private static func isUnnamed(_ name: String) -> Bool {
    let madeUp = "Unnamed: "
    return name.isEmpty
      || (name.hasPrefix(madeUp) && name.count > madeUp.count
        && name.dropFirst(madeUp.count).allSatisfy(\.isNumber))
  }

  private static func error(ofUnnamed column: Int, _ name: String, path: String) -> DatasetError {
    let finding =
      name.isEmpty
      ? "has no name" : "is called \(name.quotedForMessage), as pandas calls one without a name"
    let advice =
      column == 0
      ? "where it is the index of pandas, save the data by to_csv(index=False), else name it"
      : "name it, or leave it out"
    return .badData("\(path), line 1, column \(column + 1) \(finding): \(advice).")
  }

  /// The error of a cell that does not hold what its column needs.
  func error(
    in cell: CSVCell, _ column: Int, _ bytes: [UInt8], expected: String
  ) -> DatasetError {
    let found = CSVHeader.name(bytes[cell.text])
    return .badData(
      "\(place(cell, column)): \(expected) is expected, but the cell "
        + (found.isEmpty ? "is empty." : "holds \(found.quotedForMessage)."))
  }

  /// The error of a record that ends before its last column, or continues after it.
  func error(endOf cell: CSVCell, _ column: Int) -> DatasetError {
    let message =
      cell.endsRecord
      ? "\(place(cell, column + 1)): the cell is missing; the row has \(column + 1) cells, the "
        + "header \(names.count)."
      : "\(place(cell, column)): another cell follows the one of this last column; the header has "
        + "\(names.count)."
    return .badData(message)
  }

  private func place(_ cell: CSVCell, _ column: Int) -> String {
    "\(path), line \(cell.line), column \(names[column].quotedForMessage)"
  }

  /// The text of a cell, without spaces around it; no longer than a message needs.
  private static func name(_ text: ArraySlice<UInt8>) -> String {
    let name = String(decoding: text.prefix(256), as: UTF8.self)
    return String(name.replacing("\"\"", with: "\"").trimmingSpaces)
  }
}

extension String {
  /// The string without spaces and tabs at its ends.
  fileprivate var trimmingSpaces: Substring {
    let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    var text = self[...]
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text.drop(while: isSpace)
  }
}
