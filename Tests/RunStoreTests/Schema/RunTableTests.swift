import Migrations
import SQLite
import TestSupport
import Testing

@testable import RunStore

@Suite("The catalogue of tables")
struct RunTableTests {
  let schema: Connection

  init() throws {
    schema = try Connection(path: "schema", access: .create, vfs: "memdb")
    try schema.execute(Migration.latestSchema)
  }

  func texts(_ sql: String, _ table: String) throws -> [String] {
    try schema.rows(sql, [.text(table)]) { $0.text(0) }
  }

  @Test("It has every table of the schema but run and migration, each after the one it refers to")
  func tables() throws {
    let names = try schema.rows("SELECT name FROM sqlite_schema WHERE type = 'table'") {
      $0.text(0)
    }
    #expect(Set(names).subtracting(["run", "migration"]) == Set(RunTable.all.map(\.name)))
    #expect(names.count == RunTable.all.count + 2)
    for (index, table) in RunTable.all.enumerated() {
      let earlier = ["run"] + RunTable.all[..<index].map(\.name)
      #expect(earlier.contains(table.parent), "\(table.name)")
    }
  }

  @Test("Owners, parents and keys match the schema", arguments: RunTable.all)
  func references(table: RunTable) throws {
    let references = try schema.rows(
      "SELECT \"from\", \"table\", on_delete FROM pragma_foreign_key_list(?)", [.text(table.name)]
    ) { [$0.text(0), $0.text(1), $0.text(2)] }
    #expect(references == [[table.owner.rawValue, table.parent, "CASCADE"]])
    var columns = Set(
      try texts(
        """
        SELECT column.name FROM pragma_index_list(?1) AS list, pragma_index_info(list.name) AS column
        WHERE list."unique"
        """, table.name))
    if columns.isEmpty {
      columns = Set(try texts("SELECT name FROM pragma_table_info(?) WHERE pk > 0", table.name))
    }
    // A row that has its owner's id, or one of its own, is told from others by that.
    #expect(columns.subtracting([table.owner.rawValue, "id"]) == Set(table.key))
  }

  @Test("Every BLOB is a vector, and steps are where it says", arguments: RunTable.all)
  func columns(table: RunTable) throws {
    #expect(
      try texts("SELECT name FROM pragma_table_info(?) WHERE type = 'BLOB'", table.name)
        == table.vectors)
    #expect((table.contents == nil) == table.vectors.isEmpty)
    #expect(
      try texts("SELECT sql FROM sqlite_schema WHERE name = ?", table.name).first?
        .split(separator: " IN (0, 1)").count == table.truths.count + 1)
    let columns = Set(try texts("SELECT name FROM pragma_table_info(?)", table.name))
    #expect(columns.isSuperset(of: table.truths))
    switch table.steps {
    case .ofRow, .before: #expect(columns.contains("step"))
    case .ofBlock: #expect(columns.isSuperset(of: ["block", "block_steps"]))
    case .none: #expect(columns.isDisjoint(with: ["step", "block"]))
    }
    #expect(table.hasStep == columns.contains("step"))
    // It reads the columns that it names.
    try schema.run("SELECT \(table.vectors.isEmpty ? "0" : table.vectorBytes) FROM \(table.name)")
    if let isLater = table.isLater {
      try schema.run("SELECT 1 FROM \(table.name) WHERE \(isLater)", [.integer(1), .integer(1)])
    }
  }
}
