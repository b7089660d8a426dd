import Migrations
public import RunModel
import SQLite

/// The result of adopting a file that was rebuilt from SQL text.
public struct Adoption: Sendable {
  /// The version of its schema.
  public let schemaVersion: Int
  /// Whether the header was set; false if it was right before.
  public let isChanged: Bool
  /// The findings of a check, as such a file may be incomplete.
  public let findings: [CheckFinding]
}

extension RunDatabase {
  /// Adopts a file that was rebuilt from SQL text, by sqlite3's `.dump` or `.recover`, and lost its `application_id` and
  /// `user_version`: both are set if its structure is sound and its tables match a version of the schema.
  ///
  /// - Throws: `StoreError`, of kind `badDatabase` where the file is damaged or not one of ours; it is left as it was.
  public static func adopt(fileAt path: String) throws -> Adoption {
    let file = try DatabaseFile(path: path, durability: .process, vfs: nil)
    do {
      let connection = try file.connect(.readWrite)
      let database = try RunDatabase(file, adopting: connection)
      return try connection.transaction { try database.adopt() }
    } catch let error as SQLiteError {
      throw StoreError(error, path: path)
    }
  }

  /// Checks and adopts within one transaction.
  private func adopt() throws -> Adoption {
    let isLost = try SchemaMigrator.lacksHeader(connection)
    let version = try isLost ? lostSchemaVersion() : connection.schemaVersion
    if isLost {
      try SchemaMigrator.requireScripts(upTo: version, in: connection, path: path)
      try SchemaMigrator.setHeader(ofVersion: version, connection)
    }
    guard try SchemaMigrator.stateNow(of: connection, path: path) == .current else {
      return Adoption(schemaVersion: version, isChanged: isLost, findings: [])
    }
    var findings: [CheckFinding] = []
    try checkNow { findings.append($0) }
    // The rest is what a rebuilt file may well lack.
    if let finding = findings.first(where: {
      ["integrity", "foreign-key", "readable"].contains($0.rule)
    }) {
      throw StoreError(
        .badDatabase, "The database \(path) cannot be adopted: \(finding.message)")
    }
    return Adoption(schemaVersion: version, isChanged: isLost, findings: findings)
  }

  /// The schema version that the file's tables match.
  private func lostSchemaVersion() throws -> Int {
    for version in Migration.all.map(\.version).reversed().dropFirst() {
      do {
        try SchemaObjects.requireKnown(in: connection, version: version, path: path)
        return version
      } catch is StoreError {}
    }
    try SchemaObjects.requireKnown(in: connection, version: Migration.latestVersion, path: path)
    return Migration.latestVersion
  }
}

extension Connection {
  fileprivate var schemaVersion: Int {
    get throws { try firstRow("PRAGMA user_version") { $0.integer(0) } ?? 0 }
  }
}
