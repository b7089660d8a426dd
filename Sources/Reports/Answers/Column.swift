import RunModel
import StrictJSON

/// A column of an answer: its name, and how people see its values.
package struct Column: Sendable {
  /// The kind of the values in a column.
  package enum Kind: Sendable {
    case text
    case number
    /// Either; in an aligned table the column is one of numbers if all its values are.
    case any
  }

  /// The name in the heading of CSV and of the table, and the key in JSON.
  package let name: String
  let kind: Kind
  /// The heading of the table.
  private(set) var title: String
  /// Which formats have the column.
  private(set) var audience = Audience.everyone
  /// The number of decimals in a table; nil for four significant digits.
  private(set) var decimals: Int?
  /// Whether a table has all digits of a number.
  private(set) var isExact = false
  /// Whether a table has its bytes as megabytes.
  private(set) var isMegabytes = false
  /// The text of a missing value in a table.
  private(set) var missing = ""
  /// Where a table is too wide for a terminal, its columns of the highest rank are left out first; 0 for what says which row
  /// it is.
  private(set) var rank = 1
  /// Whether its texts are sentences, which are broken between words where there is little room.
  private(set) var isProse = false
  /// The texts that are exceptions, which a terminal shows in color.
  private(set) var exceptions: Set<String> = []

  /// A column of words, aligned left.
  package static func text(_ name: String) -> Column {
    Column(name: name, kind: .text, title: name)
  }

  /// A column of numbers, aligned right.
  package static func number(_ name: String) -> Column {
    Column(name: name, kind: .number, title: name)
  }

  /// A column of numbers between 0 and 1, such as accuracies, with four decimals in a table.
  package static func share(_ name: String) -> Column {
    var column = number(name)
    column.decimals = 4
    return column
  }

  /// A column of bytes, in a table as megabytes.
  package static func megabytes(_ name: String) -> Column {
    var column = number(name)
    column.isMegabytes = true
    return column
  }

  /// A column whose values are words in one row and numbers in another.
  package static func any(_ name: String) -> Column { Column(name: name, kind: .any, title: name) }

  /// The column with another heading in a table.
  package func titled(_ title: String) -> Column { with(\.title, title) }

  /// The column, for `audience` alone.
  package func `for`(_ audience: Audience) -> Column { with(\.audience, audience) }

  /// The column with all digits of its numbers in a table.
  package var exact: Column { with(\.isExact, true) }

  /// The column with `text` for a missing value in a table.
  package func withMissing(_ text: String) -> Column { with(\.missing, text) }

  /// The column, which says what its row is about and is kept in a narrow table.
  package var key: Column { with(\.rank, 0) }

  /// The column, of another rank: a narrow table leaves out the highest rank first.
  package func ranked(_ rank: Int) -> Column { with(\.rank, rank) }

  /// The column, whose texts are sentences.
  package var prose: Column { with(\.isProse, true) }

  /// The column, in which a terminal shows `texts` in color.
  package func excepting(_ texts: Set<String>) -> Column { with(\.exceptions, texts) }

  /// The fewest columns of a terminal to which its texts can be shortened; nil where they cannot be.
  ///
  /// Numbers among texts are shorter than what a text is shortened to.
  var leastWidth: Int? { kind == .number ? nil : max(Column.shortest, title.displayWidth) }

  private static let shortest = 24

  /// A cell of the column as people read it.
  func text(_ cell: Cell) -> String {
    switch cell {
    case .missing: missing
    case .text(let text): text
    case .integer(let value) where isMegabytes: NumberFormat.megabytes(value)
    case .integer(let value): "\(value)"
    case .number(let value) where isExact: NumberFormat.text(value)
    case .number(let value):
      decimals.map { NumberFormat.fixed(value, $0) } ?? NumberFormat.measured(value)
    case .truth(let value): value ? "yes" : "no"
    case .json(let value): value.text
    case .bytes(let bytes): counted(bytes.count, "byte")
    case .floats(let values): counted(values.count, "number")
    case .counts(let values): counted(values.count, "number")
    }
  }

  private func with<Value>(_ property: WritableKeyPath<Column, Value>, _ value: Value) -> Column {
    var column = self
    column[keyPath: property] = value
    return column
  }
}
