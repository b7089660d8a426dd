import RunModel

/// Writes rows as JSON objects whose keys are the names of the columns.
class JSONRowWriter: DelimitedWriter {
  /// The version of the contract of machine formats, which each document and each line of NDJSON carries.
  static let schema = 2

  /// The comma and the key before each value; nil where programs do not see the column.
  final private var prefixes: [[UInt8]?] = []

  /// The beginning of each object, before its record and columns.
  var objectStart: String { "{" }
  /// The end of each object.
  var objectEnd: String { "}" }

  override final func beginTable(named name: String, _ isOneFactALine: Bool) {
    var start = TextBuffer()
    start.append(objectStart)
    var hasMembers = objectStart.last != "{"
    func key(_ name: String, in buffer: inout TextBuffer) {
      if hasMembers { buffer.appendComma() }
      hasMembers = true
      buffer.appendJSON(name)
      buffer.append(":")
    }
    if hasSeveralTables {
      key("record", in: &start)
      start.appendJSON(name)
    }
    rowStart = start.utf8
    prefixes = columns.map { column in
      guard column.audience.includes(reader) else { return nil }
      var prefix = TextBuffer()
      key(column.name, in: &prefix)
      return prefix.utf8
    }
    rowEnd = Array(objectEnd.utf8)
  }

  override final func write(_ cell: Cell, at place: Int) {
    guard let prefix = prefixes[place] else { return }
    pending.append(prefix)
    switch cell {
    case .missing: pending.append("null")
    case .text(let text): pending.appendJSON(text)
    case .integer(let value): pending.append(value)
    case .number(let value): pending.appendJSON(value)
    case .truth(let value): pending.append(value ? "true" : "false")
    case .json(let value): pending.appendJSON(value)
    case .bytes(let bytes):
      pending.append("\"")
      pending.appendHexadecimal(bytes)
      pending.append("\"")
    case .floats(let values):
      pending.append("[")
      pending.append(values, separatedBy: ",") { $0.appendJSON($1) }
      pending.append("]")
    case .counts(let values):
      pending.append("[")
      pending.append(values, separatedBy: ",") { $0.append(Int($1)) }
      pending.append("]")
    }
  }
}
