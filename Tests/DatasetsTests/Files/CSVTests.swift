import Datasets
import FoundationEssentials
import Network
import TestSupport
import Testing

@testable import Datasets

/// Ten good rows behind whatever a test puts before them: labels 0 and 1, values 0 to 9.
private let tenRows = (0..<10).map { "\($0 % 2),\($0)\n" }.joined()

@Suite struct CSVTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func table(_ text: String) throws -> LabeledExamples {
    try CSVTable(path: folder.write(text, to: "table.csv")).examples
  }

  private func expectError(_ text: String, _ message: String) throws {
    let path = try folder.write(text, to: "table.csv")
    let error = #expect(throws: DatasetError.self, "\(text)") { try Dataset.load(path) }
    #expect(error == DatasetError(.badData, path + message))
  }

  @Test(
    "numbers come back as they were written, wherever the label column stands",
    arguments: 0...3)
  func roundTrip(labelColumn: Int) throws {
    var generator = RandomGenerator(seed: 7)
    let values = (0..<60).map { _ in
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: generator.next()))
      return float.isFinite ? float : 0
    }
    let labels = (0..<20).map { $0 * 3449 % 65_536 }
    var text = ""
    for row in -1..<20 {
      var cells =
        row < 0 ? ["a", "b", "c"] : (0..<3).map { "\(values[3 * row + $0])" }
      cells.insert(row < 0 ? "Label" : "\(labels[row])", at: labelColumn)
      text += cells.joined(separator: ",") + "\n"
    }
    let examples = try table(text)
    #expect(examples.features.matrix == Matrix(rows: 20, columns: 3, values: values))
    #expect(examples.labels == labels)
  }

  @Test("columns are known by their names, without the labels'")
  func names() throws {
    let text = "b, a ,Label,\"c,\"\"d\"\"\"\n" + (0..<10).map { "\($0),1,\($0 % 2),2\n" }.joined()
    #expect(try Dataset.load(folder.write(text, to: "table.csv")).columns == ["b", "a", "c,\"d\""])
    #expect(try Dataset.load("digits").columns == nil)
  }

  @Test(
    "a column without a name, or with the one that pandas makes up, is refused with what to do",
    arguments: [
      (
        ",a,label", 1,
        "has no name: where it is the index of pandas, save the data by to_csv(index=False), else name it."
      ),
      (
        "\"\",a,label", 1,
        "has no name: where it is the index of pandas, save the data by to_csv(index=False), else name it."
      ),
      ("a,  ,label", 2, "has no name: name it, or leave it out."),
      ("a,label,", 3, "has no name: name it, or leave it out."),
      (
        "Unnamed: 0,a,label", 1,
        "is called \"Unnamed: 0\", as pandas calls one without a name: where it is the index of pandas, save the data by to_csv(index=False), else name it."
      ),
      (
        "a,label,Unnamed: 12", 3,
        "is called \"Unnamed: 12\", as pandas calls one without a name: name it, or leave it out."
      ),
    ])
  func unnamed(header: String, column: Int, message: String) throws {
    try expectError(
      header + "\n" + (0..<10).map { "\($0),0,0\n" }.joined(),
      ", line 1, column \(column) \(message)")
  }

  @Test(
    "a name that begins as those of pandas is a name",
    arguments: ["Unnamed", "Unnamed: ", "Unnamed: x", "0"])
  func named(name: String) throws {
    let text =
      "\(name),label\n"
      + tenRows.split(separator: "\n").map { row in
        row.split(separator: ",").reversed().joined(separator: ",") + "\n"
      }.joined()
    #expect(try table(text).count == 10)
  }

  @Test("a decimal number is read as the standard library reads it")
  func decimals() throws {
    var generator = RandomGenerator(seed: 11)
    func digits(_ count: Int) -> String {
      (0..<count).map { _ in String(generator.index(below: 10)) }.joined()
    }
    let sign = ["", "-", "+"]
    var texts = ["0", "-0", "5.", ".5", "-.25", "00012", "1e3", "2E-4", "16777217", "0.1", " 7\t"]
    texts += ["1e-50", "3.4028234e38", "9999999", "0.9999999", "9999999.", "12345678", "1.2345678"]
    for _ in 0..<3000 {
      let whole = digits(generator.index(below: 6))
      let fraction = digits(generator.index(below: 9) + (whole.isEmpty ? 1 : 0))
      texts.append(sign[generator.index(below: 3)] + whole + "." + fraction)
    }
    let text = "label,x\n" + texts.map { "1,\($0)\n" }.joined()
    let expected = texts.compactMap { Float($0.filter { $0 != " " && $0 != "\t" }) }
    #expect(expected.count == texts.count)
    let read = try table(text).features.matrix.values
    #expect(read.map(\.bitPattern) == expected.map(\.bitPattern))
  }

  private static let toleratedTables: [String] = [
    "label,x\r\n" + tenRows.replacing("\n", with: "\r\n"),
    "label,x\r" + tenRows.replacing("\n", with: "\r"),
    "\u{FEFF}label,x\n" + tenRows,
    "\u{FEFF}\"label\",x\n" + tenRows,
    "label,x\n" + tenRows + "\n\r\n",
    "\nlabel,x\n\n" + tenRows,
    "label,x\n" + tenRows.dropLast(),
    " LABEL , x\n" + tenRows.replacing(",", with: " , "),
    "\"label\",\"x, \"\"quoted\"\"\nin two lines\"\n" + tenRows,
    "label,x\n" + tenRows.replacing(",", with: ",\"").replacing("\n", with: "\"\n"),
    "label,x\n" + tenRows.replacing("1,", with: "\"1\",").replacing("0,", with: "\"0\","),
    "label,x\n" + tenRows.replacing(",", with: ".0,"),
  ]

  @Test(
    "quotes, CR LF, CR, a byte order mark, blank lines and a missing last line end are tolerated",
    arguments: toleratedTables)
  func tolerated(text: String) throws {
    let examples = try table(text)
    #expect(examples.labels == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    #expect(examples.features.matrix.values == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  }

  @Test(
    "a bad cell is named by file, line and column",
    arguments: [
      "abc", "nan", "NaN", "inf", "-Infinity", "0x10", "1e39", "-1e400", "1.2.3", "--1", "1-", "-",
      ".",
      "1 2", "1e", "e5", "1_000", "½", "١", "+", "5\"",
    ])
  func badCell(cell: String) throws {
    try expectError(
      "label,pixel 1,x\n1,2,3\n0,\(cell),3\n",
      ", line 3, column \"pixel 1\": a finite number is expected, but the cell holds "
        + "\(cell.quotedForMessage).")
  }

  @Test(
    "a bad label is named by file, line and column",
    arguments: ["-1", "1.5", "65536", "99999999999999999999", "one", "1e2", ".", "nan", "+1"])
  func badLabel(cell: String) throws {
    try expectError(
      "x,label\n1,2\n3,\(cell)\n",
      ", line 3, column \"label\": a whole number from 0 to 65535 is expected, but the cell holds "
        + "\(cell.quotedForMessage).")
  }

  @Test("an empty cell is named by file, line and column")
  func emptyCell() throws {
    let message = ": a finite number is expected, but the cell is empty."
    try expectError("label,x,y\n1,,3\n", ", line 2, column \"x\"" + message)
    try expectError("label,x,y\n1,2,\n", ", line 2, column \"y\"" + message)
    try expectError("label,x,y\n1,2,", ", line 2, column \"y\"" + message)
    try expectError("label,x,y\n1,\"\",3\n", ", line 2, column \"x\"" + message)
    try expectError(
      "label,x\n,2\n",
      ", line 2, column \"label\": a whole number from 0 to 65535 is expected, but the cell is "
        + "empty."
    )
  }

  @Test("a missing and an extra cell are named by file, line and column")
  func wrongLength() throws {
    try expectError(
      "label,x,y\n1,2,3\n\n1,2\n",
      ", line 4, column \"y\": the cell is missing; the row has 2 cells, the header 3.")
    try expectError(
      "label,x,y\n1,2,3,4\n",
      ", line 2, column \"y\": another cell follows the one of this last column; the header has 3.")
    try expectError(
      "label,x,y\n1,2,3,\n",
      ", line 2, column \"y\": another cell follows the one of this last column; the header has 3.")
  }

  @Test("line numbers count the lines inside quoted cells")
  func linesInsideQuotes() throws {
    try expectError(
      "label,\"two\nlines\"\n1,x\n",
      ", line 3, column \"two\\nlines\": a finite number is expected, but the cell holds \"x\".")
  }

  @Test("broken quotes are named by file and line")
  func brokenQuotes() throws {
    try expectError(
      "label,x\n1,\"2\n" + tenRows,
      ", line 2: a quoted cell is never closed; add the missing quote.")
    try expectError(
      "label,x\n1,\"2\"3\n",
      ", line 2: a quoted cell continues after its closing quote; separate cells with commas.")
  }

  @Test("a header without exactly one label column among others is refused")
  func badHeader() throws {
    let empty = " is empty: a CSV file with a header and a column named \"label\" is expected."
    try expectError("", empty)
    try expectError("\u{FEFF}\r\n\n", empty)
    try expectError(
      "5,0,0,0,12\n" + tenRows,
      " has no column named \"label\": its header starts with \"5\", \"0\", \"0\", \"0\"; name the "
        + "column that holds the class of each row so.")
    try expectError(
      "label,x,LABEL\n1,2,3\n",
      " has 2 columns named \"label\" (columns 1, 3): name all but one otherwise.")
    try expectError(
      "label\n1\n",
      " has no column besides \"label\": at least one of numbers is expected.")
  }

  @Test("fewer than ten rows cannot be split")
  func fewRows() throws {
    try expectError(
      "label,x\n" + tenRows.dropLast(4),
      " holds 9 rows of data, where at least 10 are needed to split them into training and test "
        + "examples.")
    try expectError(
      "label,x",
      " holds 0 rows of data, where at least 10 are needed to split them into training and test "
        + "examples.")
  }

  @Test("an unreasonable number of columns is refused")
  func manyColumns() throws {
    try expectError(
      "label" + String(repeating: ",", count: 1 << 20) + "\n",
      " has more than the 1048576 columns that can be loaded.")
  }

  @Test("an IDX file in place of a CSV file is recognized")
  func idxFile() throws {
    let path = try folder.write(SmallIDX.trainImages, to: "train-images-idx3-ubyte")
    let error = #expect(throws: DatasetError.self) { try Dataset.load(path) }
    #expect(
      error
        == DatasetError(
          .badData,
          "\(path) is an IDX file, not a CSV file: give the folder that holds it."))
  }

  @Test("four fifths are for training, by a fixed permutation that the source names")
  func split() throws {
    let path = try folder.write("label,x\n" + tenRows + "1,10\n1,11\n", to: "My.Table.CSV.gz")
    let dataset = try Dataset.load(path)
    #expect(dataset.name == "My.Table")
    #expect(dataset.source.contains("split 80/20 into 9 training and 3 test examples"))
    // The order of twelve, computed by a separate program.
    #expect(dataset.train.features.matrix.values == [7, 4, 3, 2, 6, 9, 5, 10, 11])
    #expect(dataset.test.features.matrix.values == [0, 8, 1])
    #expect(dataset.train.labels == [1, 0, 1, 0, 0, 1, 1, 1, 1])
    #expect(dataset.test.labels == [0, 0, 1])
  }
}
