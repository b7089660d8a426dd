import Foundation

/// An answer of the program, read from one of the formats for programs.
package struct AnswerDocument: Sendable {
  /// A value in a row.
  package enum Value: Sendable, Equatable {
    case missing
    case truth(Bool)
    case number(Double)
    case text(String)
    /// An object or a list.
    case nested

    /// The number; nil for anything else.
    package var number: Double? {
      if case .number(let value) = self { value } else { nil }
    }

    /// The text; nil for anything else.
    package var text: String? {
      if case .text(let value) = self { value } else { nil }
    }
  }

  /// The version of the layout; nil in CSV, and in NDJSON without rows.
  package let schema: Int?
  /// The sentences that the answer opens with, in a JSON document.
  package let finding: [String]
  /// The notes of a JSON document.
  package let notes: [String]
  /// The names of the columns, in order; in NDJSON those of all rows, in no order.
  package let columns: [String]
  /// The values of each row by their columns; without `schema`.
  package let rows: [[String: Value]]

  /// Reads a JSON document.
  ///
  /// - Throws: what the decoder says of text that is no answer.
  package init(json text: String) throws {
    struct Document: Decodable {
      let schema: Int
      let finding: [String]
      let notes: [String]
      let columns: [String]
      let rows: [[String: Value]]
    }
    let document = try JSONDecoder().decode(Document.self, from: Data(text.utf8))
    schema = document.schema
    finding = document.finding
    notes = document.notes
    columns = document.columns
    rows = document.rows
  }

  /// Reads lines of JSON.
  ///
  /// - Throws: what the decoder says of text that is no answer.
  package init(ndjson text: String) throws {
    let lines = try text.split(separator: "\n").map {
      try JSONDecoder().decode([String: Value].self, from: Data($0.utf8))
    }
    // Each line has the schema; one without it has none in common with the others.
    let schemas = Set(lines.map { $0["schema"]?.number })
    schema = schemas.count == 1 ? schemas.first.flatMap { $0 }.map { Int($0) } : nil
    finding = []
    notes = []
    rows = lines.map { $0.filter { $0.key != "schema" } }
    columns = Array(Set(rows.flatMap(\.keys)))
  }

  /// Reads comma-separated values, in which every value is a text, or missing.
  package init(csv text: String) {
    let records = Self.records(of: text)
    schema = nil
    finding = []
    notes = []
    columns = records.first ?? []
    let columns = columns
    rows = records.dropFirst().map { record in
      Dictionary(zip(columns, record.map { $0.isEmpty ? .missing : .text($0) })) { $1 }
    }
  }

  /// The values of a column, nil where a row lacks it.
  package func values(of column: String) -> [Value?] { rows.map { $0[column] } }

  /// The texts of a column.
  package func texts(of column: String) -> [String?] { rows.map { $0[column]?.text } }

  /// The numbers of a column.
  package func numbers(of column: String) -> [Double?] { rows.map { $0[column]?.number } }

  /// The rows of one kind, in an answer of several kinds.
  package func rows(of record: String) -> [[String: Value]] {
    rows.filter { $0["record"] == .text(record) }
  }

  /// Whether a row of JSON and one of CSV say the same: a number to its last digit.
  package static func areAlike(_ json: [String: Value], csv: [String: Value]) -> Bool {
    csv.allSatisfy { column, value in
      switch (json[column] ?? .missing, value) {
      case (.missing, .missing), (.text(""), .missing), (.nested, .text): true
      case (.truth(let truth), .text(let text)): text == "\(truth)"
      case (.number(let number), .text(let text)): Double(text) == number
      case (.text(let text), .text(let other)): text == other
      default: false
      }
    } && json.keys.allSatisfy { csv[$0] != nil }
  }

  /// The fields of each line of CSV (RFC 4180).
  private static func records(of text: String) -> [[String]] {
    var records: [[String]] = []
    var record: [String] = []
    var field = ""
    var isQuoted = false
    var previous: Character = "\n"
    for character in text {
      switch character {
      case "\"":
        // A quote within quotes stands twice: the second one opens the field again.
        if !isQuoted && previous == "\"" { field.append("\"") }
        isQuoted.toggle()
      case "," where !isQuoted:
        record.append(field)
        field = ""
      case "\n" where !isQuoted:
        records.append(record + [field])
        (record, field) = ([], "")
      default: field.append(character)
      }
      previous = character
    }
    return records
  }
}

extension AnswerDocument.Value: Decodable {
  package init(from decoder: any Decoder) throws {
    guard let container = try? decoder.singleValueContainer() else {
      self = .nested
      return
    }
    // The commonest first, as every error takes long in a test, which keeps its backtrace.
    if container.decodeNil() {
      self = .missing
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .truth(value)
    } else {
      self = .nested
    }
  }
}
