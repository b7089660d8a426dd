import RunModel

/// Writes an answer as comma-separated values (RFC 4180, with line feeds) under one heading; without notes.
final class CSVWriter: DelimitedWriter {
  private var names: [String] = []
  /// The number of commas before each cell of the table; nil where programs do not see the column.
  private var separators: [Int?] = []

  override func begin(finding: [String], notes: [String], names: [String]) {
    self.names = names
    for (place, name) in names.enumerated() {
      if place > 0 { pending.appendComma() }
      pending.appendCSV(name)
    }
    pending.append("\n")
  }

  override func beginTable(named name: String, _ isOneFactALine: Bool) {
    rowStart = hasSeveralTables ? Array(name.utf8) : []
    // The fields before the next cell; columns of other tables are empty ones.
    var field = hasSeveralTables ? 1 : 0
    separators = columns.map { column in
      guard column.audience.includes(reader) else { return nil }
      let place = hasSeveralTables ? names[field...].firstIndex(of: column.name) ?? field : field
      defer { field = place + 1 }
      return place - field + (field > 0 ? 1 : 0)
    }
    rowEnd = Array(repeating: UInt8(ascii: ","), count: names.count - field) + Array("\n".utf8)
  }

  override func write(_ cell: Cell, at place: Int) {
    guard let separators = separators[place] else { return }
    for _ in 0..<separators { pending.appendComma() }
    switch cell {
    case .missing: break
    case .text(let text): pending.appendCSV(text)
    case .integer(let value): pending.append(value)
    case .number(let value): pending.append(value)
    case .truth(let value): pending.append(value ? "true" : "false")
    case .json(let value):
      var text = TextBuffer()
      text.appendJSON(value)
      pending.appendCSV(text.text)
    case .bytes(let bytes): pending.appendHexadecimal(bytes)
    case .floats(let values):
      pending.append(values, separatedBy: " ") { $0.append($1) }
    case .counts(let values):
      pending.append(values, separatedBy: " ") { $0.append(Int($1)) }
    }
  }
}
