import ArgumentParser
import Reports
import RunStore
import SQLFunctions
import SQLite
import Statistics

/// `normscope sql`: answers a question in SQL.
struct SQLCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sql", abstract: "Ask the database in SQL, with functions over its vectors.",
    discussion: """
      One statement that reads. It ends in an error beyond --time-limit or --row-limit. \
      `normscope db export-schema` prints the tables.

      nw2(reference_mean, reference_variance, mean, variance) is the measure nw2 from a reference, the mean over the \
      units; a fifth argument names another aggregate (\(UnitAggregate.allCases.map(\.rawValue).joined(separator: ", "))), a sixth epsilon. Every measure \
      of `shift` is such a function, such as kl_forward and mean_shift. \
      vec_count, vec_mean, vec_norm, vec_min, vec_max, vec_at(v, position), vec_dot(a, b), vec_sub(a, b) read vectors, \
      vec_each(v) makes them rows of position and value, positions from 0. \
      vec_avg(v) is the mean of vectors over rows; moments_merge_mean(count, mean, variance) and \
      moments_merge_variance(count, mean, variance) pool batches by the law of total variance. \
      moment and affine have all vectors, which the file holds in the table sealed too; there \
      vec_unseal(unit, bits, steps, step) unseals one.

      A BLOB is its length in a table, and hexadecimal digits elsewhere.
      """)

  @Argument(help: ArgumentHelp("The statement.", valueName: "statement"))
  var sql: String
  @Option(help: ArgumentHelp("The time limit in seconds.", valueName: "seconds"))
  var timeLimit = 30.0
  @Option(help: ArgumentHelp("The largest number of rows.", valueName: "rows"))
  var rowLimit = 1_000_000
  @OptionGroup var database: DatabaseOption
  @OptionGroup var output: FormatOption

  func validate() throws {
    guard timeLimit > 0 && timeLimit <= 1e9 else {
      throw ValidationError("--time-limit is a number of seconds above 0.")
    }
    guard rowLimit > 0 else { throw ValidationError("--row-limit is a number of rows above 0.") }
  }

  func run() throws {
    try Connection.addToNewConnections(normscopeSQLEntryPoint)
    let database = try database.openFileForReading()
    let query = FreeQuery(sql, timeLimit: .seconds(timeLimit), rowLimit: rowLimit)
    let end = ContinuousClock.now + query.timeLimit
    // Writing the answer takes time too, and a reader that waits makes it take any.
    var report = QueryReport(output.format, isStyled: Terminal.isOutputStyled) { text in
      guard ContinuousClock.now < end else { throw QueryError.stopped(after: query.timeLimit) }
      try output.format.write(text)
    }
    try database.answer(
      query,
      begin: { try report.begin(columns: $0) }, { try report.add($0) })
    try report.end()
  }
}
