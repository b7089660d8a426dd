import SQLite
import TestSupport
import Testing

@testable import RunStore

/// Migration 6, which moves what analysis reads of a layer from the run's configuration to its sites.
@Suite("Sites of earlier versions get what the configuration says of their layers")
struct LayerMigrationTests {
  /// A site of version 5, and what the migration makes of its columns.
  struct Site: Sendable {
    var layer = 1
    var statistics = "batch"
    var epsilon: Double? = 0.001
    let activation: String?
    let derivesNormalized: Int?
  }

  @Test(
    "From the layer, else from the run, else unknown",
    arguments: [
      (
        #"{"activation": "sigmoid", "layers": [3, {"units": 2, "activation": "relu", "norm": "layer"}], "norm": "batch"}"#,
        [
          Site(activation: "sigmoid", derivesNormalized: 1),
          Site(epsilon: nil, activation: "sigmoid", derivesNormalized: nil),
          Site(statistics: "running", activation: "sigmoid", derivesNormalized: 0),
          Site(layer: 2, activation: "relu", derivesNormalized: 0),
          // The output layer.
          Site(layer: 3, epsilon: nil, activation: "identity", derivesNormalized: nil),
          Site(layer: 4, epsilon: nil, activation: nil, derivesNormalized: nil),
        ]
      ),
      (
        #"{"activation": "tanh", "layers": [{"units": 3, "ghost_batch_size": 5}, {"units": 3, "norm": "none"}, 3], "norm": "noisy"}"#,
        [
          Site(activation: "tanh", derivesNormalized: 0),
          Site(layer: 2, epsilon: nil, activation: "tanh", derivesNormalized: nil),
          Site(layer: 3, activation: "tanh", derivesNormalized: 0),
        ]
      ),
      (
        #"{"activation": "tanh", "layers": [3, {"units": 3, "norm": "batch"}], "norm": "none", "ghost_batch_size": 5}"#,
        [Site(layer: 2, activation: "tanh", derivesNormalized: 0)]
      ),
      // A run of somebody else's training loop, and one whose configuration is damaged.
      ("{}", [Site(activation: nil, derivesNormalized: nil)]),
      (#"{"activation": 5, "layers": 3}"#, [Site(activation: nil, derivesNormalized: nil)]),
      (
        #"{"activation": "gelu", "layers": [3, 4]}"#,
        [
          Site(activation: "gelu", derivesNormalized: nil),
          Site(layer: 3, epsilon: nil, activation: nil, derivesNormalized: nil),
        ]
      ),
      ("{", [Site(activation: nil, derivesNormalized: nil)]),
    ] as [(String, [Site])])
  func columns(configuration: String, sites: [Site]) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("runs.db")
    let old = try Connection.earlierDatabase(version: 5, at: path)
    try old.execute(
      """
      INSERT INTO run (id, uuid, name, status, configuration, provenance, started_at, heartbeat_at, boot_id, process_id,
        process_start) VALUES (1, 'a', 'a', 'finished', '', '{}', 't', 't', '', 0, 0)
      """)
    try old.run("UPDATE run SET configuration = ?", [.text(configuration)])
    for (index, site) in sites.enumerated() {
      try old.run(
        """
        INSERT INTO site (id, run, layer, tap, population, statistics, width, epsilon)
        VALUES (?, 1, ?, ?, 'probe', ?, 1, ?)
        """,
        [
          .integer(index), .integer(site.layer),
          .text(site.epsilon == nil ? "input" : "preactivation"), .text(site.statistics),
          .real(optional: site.epsilon),
        ])
    }
    let upgraded = try RunDatabase(path: path, for: .record)
    let columns = try upgraded.connection.rows(
      "SELECT activation, derives_normalized, layer_name FROM site ORDER BY id"
    ) { ($0.optionalText(0), $0.optionalInteger(1), $0.optionalText(2)) }
    #expect(columns.map(\.0) == sites.map(\.activation))
    #expect(columns.map(\.1) == sites.map(\.derivesNormalized))
    #expect(columns.allSatisfy { $0.2 == nil })
  }
}
