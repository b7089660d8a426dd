/// One numbered step of the schema's history: a frozen SQL script, applied once to a file and never edited.
package struct Migration: Sendable, Equatable {
  /// The number of the step, from 1: the `user_version` of a file after it.
  package let version: Int
  /// The subject of the step, in a word.
  package let name: String
  /// The SQL statements.
  package let script: String

  /// Every migration, in order: one for each file in `SQL/`.
  package static let all: [Migration] = [
    Migration(version: 1, name: "runs", resource: PackageResources.V0001_runs_sql),
    Migration(version: 2, name: "checkpoints", resource: PackageResources.V0002_checkpoints_sql),
    Migration(version: 3, name: "rollups", resource: PackageResources.V0003_rollups_sql),
    Migration(version: 4, name: "noise", resource: PackageResources.V0004_noise_sql),
    Migration(version: 5, name: "variance", resource: PackageResources.V0005_variance_sql),
    Migration(version: 6, name: "layers", resource: PackageResources.V0006_layers_sql),
    Migration(version: 7, name: "words", resource: PackageResources.V0007_words_sql),
    Migration(version: 8, name: "details", resource: PackageResources.V0008_details_sql),
    Migration(version: 9, name: "sealed", resource: PackageResources.V0009_sealed_sql),
  ]

  /// Every migration of a central store, which PostgreSQL keeps, in order: one for each file in `PostgreSQL/`.
  package static let central: [Migration] = [
    Migration(version: 1, name: "central", resource: PackageResources.P0001_central_sql),
    Migration(version: 2, name: "settings", resource: PackageResources.P0002_settings_sql),
    Migration(version: 3, name: "figures", resource: PackageResources.P0003_figures_sql),
    Migration(version: 4, name: "list_indexes", resource: PackageResources.P0004_list_indexes_sql),
    Migration(version: 5, name: "name_parts", resource: PackageResources.P0005_name_parts_sql),
  ]

  /// The statements of a new file's schema as SQLite keeps them, each with ";" and a newline; made by `.ci/migration`.
  package static var latestSchema: String {
    String(decoding: PackageResources.schema_sql, as: UTF8.self)
  }

  /// The version of the schema that this build reads and writes.
  package static var latestVersion: Int { all.count }

  private init(version: Int, name: String, resource: [UInt8]) {
    self.version = version
    self.name = name
    self.script = String(decoding: resource, as: UTF8.self)
  }
}
