import Migrations
import RunModel
import RunStore
import SQLite
import Testing
import Training

@Suite("Recorded facts about a site's layer")
struct RecordedSiteTests {
  @Test("The activation, and whether batch norm's output follows from its input's moments")
  func layers() throws {
    let runs = try RecordedRuns()
    let run = try runs.record(
      runs.training(
        """
        {"layers": [4, {"units": 4, "activation": "relu", "norm": "none"}, {"units": 4, "norm": "layer"}],
          "activation": "tanh", "norm": "batch", "steps": 2, "batch_size": 8, "probe": 20}
        """))
    for recorded in try runs.database.sites(of: run) {
      let site = recorded.site
      #expect(site.activation == ["tanh", "relu", "tanh", "identity"][site.layer - 1])
      #expect(
        site.derivesNormalized
          == (site.epsilon == nil ? nil : site.layer == 1 && site.statistics == .batch))
      #expect(site.layerName == nil)
    }
  }

  @Test("Its kind and the shapes of its tensors, channels first")
  func shapes() throws {
    let runs = try RecordedRuns()
    let run = try runs.record(
      runs.training(
        """
        {"layers": [{"channels": 3, "stride": 2, "pooling": "max"}, {"channels": 5, "placement": "after"}, 6],
          "norm": "batch", "steps": 2, "batch_size": 8, "probe": 20}
        """))
    // The digits are 8 x 8; a stride of 2 and pooling halve them.
    let shapes: [[[Int]]] = [
      [[1, 8, 8], [3, 4, 4]], [[3, 2, 2], [5, 2, 2]], [[5, 2, 2], [6]], [[6], [10]],
    ]
    for recorded in try runs.database.sites(of: run) {
      let site = recorded.site
      #expect(
        site.layerKind == ["convolution", "convolution", "dense", "dense"][site.layer - 1])
      #expect(site.shape == shapes[site.layer - 1][site.tap == .input ? 0 : 1])
      #expect(site.shape?[0] == site.width)
    }
  }

  @Test(
    "It is what upgrading a file of an earlier version fills in",
    arguments: [
      #""layers": [4, 4], "norm": "batch""#,
      #""layers": [4, {"units": 3, "activation": "relu", "norm": "noisy"}], "norm": "batch", "activation": "tanh""#,
      #""layers": [4, 4], "norm": "batch", "ghost_batch_size": 4"#,
      #""layers": [{"units": 3, "ghost_batch_size": 4}, 4], "norm": "batch", "placement": "after""#,
      #""layers": [4], "norm": "layer""#, #""layers": [4], "norm": "none""#,
    ])
  func upgrade(layers: String) throws {
    let runs = try RecordedRuns()
    _ = try runs.record(
      runs.training("{\(layers), \"steps\": 2, \"batch_size\": 8, \"probe\": 20}"))
    let connection = runs.database.connection
    func columns() throws -> [String] {
      try connection.rows(
        "SELECT quote(activation) || quote(derives_normalized) FROM site ORDER BY id"
      ) { $0.text(0) }
    }
    let recorded = try columns()
    #expect(!recorded.isEmpty && !recorded.contains { $0.hasPrefix("NULL") })
    let script = Migration.all[5].script
    let update = try #require(script.firstRange(of: "UPDATE site SET"))
    try connection.execute("UPDATE site SET activation = NULL, derives_normalized = NULL")
    try connection.execute(String(script[update.lowerBound...]))
    #expect(try columns() == recorded)
  }
}
