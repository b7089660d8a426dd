/// The answer to a question: rows under typed columns, and what a reader must know beside them.
///
/// A report describes its answer once; each format writes it. Formats for programs (CSV, JSON, NDJSON) follow one
/// contract, schema 2:
/// - Each has the same rows with the same columns. An answer with rows of several kinds has the column `record`, which
///   names the kind; CSV leaves the columns of other kinds empty.
/// - Each row has the id and the name of its run (`run`, `run_name`) and, if it is about a tensor, the coordinates that its
///   numbers depend on (`layer`, `layer_name`, `tap`, `population`, `statistics`, `reference`).
/// - A number has all its digits: it reads back as the same double. NaN and infinities are NaN, Infinity and -Infinity,
///   in JSON as strings. A missing value is empty in CSV and null in JSON.
/// - A truth value is `true` or `false`. Layers and units count from 1, steps from 0.
/// - A part of a configuration is JSON; in CSV it is the JSON text.
/// - A JSON document is an object with `schema`, `finding` (a list of sentences), `notes`, `columns` and `rows`; each
///   line of NDJSON is a row with `schema`.
///
/// Formats for people (the aligned table, Markdown) round numbers to four digits, write yes and no, and put the coordinates
/// that all rows share into the notes.
package struct Answer {
  /// What was found, in a few sentences: its size first, then what complicates it; CSV and NDJSON leave it out.
  package var finding: [String]
  /// The sentences that a reader must know beside the numbers; CSV and NDJSON leave them out.
  package var notes: [String]
  /// The sentences that explain the short tables of a terminal, beside `notes`.
  package var overviewNotes: [String]
  /// What a short table leaves out; nil where it has everything.
  package var omission: String?
  /// The rows.
  package var tables: [AnswerTable]

  /// Makes an answer.
  package init(
    finding: [String] = [], notes: [String] = [], overviewNotes: [String] = [],
    omission: String? = nil, _ tables: [AnswerTable]
  ) {
    self.finding = finding
    self.notes = notes
    self.overviewNotes = overviewNotes
    self.omission = omission
    self.tables = tables
  }

  /// Writes the answer piece by piece, its headings bold in a table where `isStyled`; `limits` are of aligned tables.
  ///
  /// - Throws: what `append` or a table's rows throw.
  package func write(
    _ format: OutputFormat, isStyled: Bool, within limits: TableLimits = .none,
    _ append: @escaping (_ text: String) throws -> Void
  ) throws {
    let writer = begin(format, isStyled: isStyled, within: limits, append)
    for table in tables where table.isIn(writer) {
      writer.beginTable(table.name, table.layout == .facts, table.columns)
      try table.writeRows(writer)
      try writer.endTable()
    }
    try writer.end()
  }

  /// The note on layers of whose recorded steps the answer has only some: `shown` of `recorded`.
  static func sampledNote(
    _ series: [(layer: Int, shown: Int, recorded: Int)], _ labels: LayerLabels
  ) -> String {
    labels.note(series.map { ($0.layer, "\($0.shown) of \($0.recorded) recorded steps") })
  }

  /// Begins to write the answer, and leaves its tables to the caller.
  func begin(
    _ format: OutputFormat, isStyled: Bool, within limits: TableLimits = .none,
    _ append: @escaping (_ text: String) throws -> Void
  ) -> RowWriter {
    let writer = format.writer(isStyled: isStyled, limits, append)
    let shown = tables.filter { $0.isIn(writer) }
    if writer.isBrief {
      writer.allNames = Set(tables.flatMap { $0.columns.map(\.name) })
      writer.explanations = overviewNotes + (omission.map { [limits.omitting($0)] } ?? [])
    }
    writer.begin(finding: finding, notes: notes, shown.map(\.columns))
    return writer
  }
}
