import Migrations
import RunModel
import RunStore

import TestSupport
import Testing

@testable import CentralStore
@testable import ShiftAnalysis

@Suite(
  "Lists of the runs of a central store",
  .enabled(if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct ListTests {
  private static let filters = [
    "name = a", "name ~ b", "name = 'b 2'", "name < c", "name = é", "note ~ 'large'", "note = x",
    "name ~ abc", "name ~ '50%_ab'", "name ~ '5__abc'", "name ~ 'c\\def'", "name ~ '%_a'",
    "status = finished", "status = running", "status = interrupted", "status != failed",
    "not status = finished", "steps > 1", "steps >= 2", "steps = 3", "loss < 0.55", "loss > 0.55",
    "accuracy > 0.72", "test_accuracy > 0.85", "test_accuracy >= 0.8", "test_accuracy = 0.1",
    "evaluated_accuracy < 0.85", "evaluated_split = test", "evaluated_split = other",
    "started > 2020-01-01", "started = today", "started < 2020-01-01", "finished >= -1h",
    "finished = yesterday", "tag.owner = me", "tag.owner ~ me", "tag.order = 10",
    "tag.order = 10.0", "tag.order > 9.5", "tag.order < 10", "tag.order <= 1e1", "tag.none = x",
    "tag.accent = é", "tag.owner > m", "config.norm = batch", "config.norm != batch",
    "config.norm ~ atc", "config.learning_rate = 0.1", "config.learning_rate = 1e-1",
    "config.learning_rate < 0.05", "config.learning_rate >= 0.1", "config.learning_rate ~ 0.0",
    "config.bias = true", "config.bias != true", "config.seed = 9007199254740993",
    "config.seed = 9007199254740992", "config.layers = 8", "config.layers = 64,64",
    "config.layers ~ 64", "config.layers > 5", "config.data.name = 'x y'", "config.a.b = 1",
    "config.text = 5", "config.text = 5.0", "config.text > 4", "config.text = '05'",
    "config.seed > 10 or tag.owner = you", "config.seed > 10 or not tag.owner = you",
    "(config.norm = batch or config.norm = none) and steps > 0",
    "config.norm = batch and (tag.owner ~ m or name = c)", "id ~ -", "config.none < 5",
    "status = finished and config.learning_rate >= 0.1", "loss < 0.65 and tag.owner = me",
    "config.learning_rate < 1 and config.norm = batch and tag.order > 1",
    "test_accuracy > 0.5 and config.seed > 5 and status = finished",
  ]

  /// Runs that differ in all by which they are found, in a file and in a store.
  private static let stores = Result {
    () -> (url: String, folder: TemporaryFolder) in
    let folder = try TemporaryFolder()
    let file = try RunDatabase(path: folder.file("runs.db"), for: .record)
    func add(
      _ name: String, _ configuration: String, _ tags: [String: String], losses: [Double],
      testAccuracy: Double? = nil, _ status: Run.Status? = nil
    ) throws {
      let recorder = try RunRecorder(
        database: file, run: NewRun(name: name, configuration: configuration, tags: tags))
      for (step, loss) in losses.enumerated() {
        try recorder.record(
          StepRecord(
            step: step, loss: loss, accuracy: 1 - loss / 2, learningRate: 0.1, batchSize: 4,
            duration: 0))
      }
      for (statistics, accuracy) in [(StatisticsMode.batch, 0.1), (.running, testAccuracy ?? 0)]
      where testAccuracy != nil {
        for step in [0, losses.count] {
          recorder.record(
            EvaluationRecord(
              step: step, split: .test, statistics: statistics, loss: 1,
              accuracy: step == 0 ? 0.5 : accuracy, count: 5))
        }
      }
      if let status { try recorder.end(status) } else { try recorder.interrupt(reason: "x") }
    }
    try add(
      "a",
      #"{"norm":"batch","layers":[64,64],"learning_rate":0.1,"bias":true,"seed":9007199254740993,"text":"5"}"#,
      ["owner": "me", "order": "10"], losses: [2, 0.5], testAccuracy: 0.9, .finished)
    try add(
      "b 2",
      #"{"norm":"none","layers":[8],"learning_rate":0.01,"bias":null,"data":{"name":"x y"},"text":"x"}"#,
      ["owner": "you", "order": "9"], losses: [2, 0.7, 0.6], testAccuracy: 0.8, .finished)
    try add(
      "c", #"{"norm":"batch","learning_rate":1e18,"a.b":1,"text":"05","odd":"\u0000"}"#,
      ["accent": "e\u{301}"], losses: [.nan], .diverged)
    try add("d", #"{"a":{"b":1}}"#, ["owner": "me too"], losses: [], .failed)
    try add("e\u{301}", "{}", [:], losses: [0.5])
    try add("50%_abc\\def", "{}", [:], losses: [], .finished)
    try file.setNote(of: file.run("c"), to: "learning rate (too) large")
    let url = try PostgreSQLServer.shared().makeDatabase()
    let store = try CentralDatabase(url: url, for: .push)
    for run in try file.runs() { try store.push(run, from: file) }
    return (url, folder)
  }

  private func opened() throws -> (file: RunDatabase, store: CentralDatabase) {
    let (url, folder) = try Self.stores.get()
    return (
      try RunDatabase(path: folder.file("runs.db"), for: .read),
      try CentralDatabase(url: url, for: .read)
    )
  }

  private func uuids(_ filter: String?, _ order: String?, _ limit: Int?, in store: any RunFinding)
    throws -> [String]
  {
    try RunSelection(
      filter.map { try RunFilter($0) }, in: order.map { try RunOrder($0) }, atMost: limit
    ).runs(of: store, inTrash: false, newestFirst: true).map(\.uuid)
  }

  @Test("A condition selects the runs that it selects of the file", arguments: filters)
  func conditions(filter: String) throws {
    let (file, store) = try opened()
    // Found from few runs, from one, and among all.
    for mostFew in [store.mostFew, 1, -1] {
      store.mostFew = mostFew
      for limit in [nil, 1, 2, 9] {
        #expect(
          try uuids(filter, nil, limit, in: store) == uuids(filter, nil, limit, in: file))
      }
    }
  }

  @Test("Conditions leave out on the server what they can")
  func pushed() throws {
    let store = try opened().store
    for (filter, most) in [
      ("name = a", 1), ("status = failed", 1), ("steps >= 3", 1), ("loss > 0.65", 1),
      ("test_accuracy > 0.85", 1), ("started < 2020-01-01", 0), ("tag.owner = me", 1),
      ("tag.order > 9.5", 1), ("config.norm = none", 2), ("config.learning_rate < 0.05", 2),
      ("config.norm = none and name ~ b", 1), ("name = a or name = d", 2), ("note ~ large", 1),
      ("name ~ '%_abc'", 1), ("name ~ '50__abc'", 0), ("name ~ 'c\\def'", 1), ("name ~ '%_'", 1),
    ] {
      let list = RunList(
        inTrash: false, newestFirst: false, condition: try RunFilter(filter).expression)
      var count = 0
      try store.forEachRun(list) { _ in
        count += 1
        return true
      }
      // The configuration of one run, which PostgreSQL can't read, may have anything.
      #expect(count == most, "\(filter)")
    }
  }

  @Test("A part of a name is looked for in an index where the server has one for it")
  func parts() throws {
    let store = try CentralDatabase(url: PostgreSQLServer.shared().makeDatabase(), for: .push)
    let connection = store.connection
    let hasTrigrams = try connection.query(
      "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
    ).count
    #expect(try Self.indexes(of: store) == hasTrigrams)
    try connection.execute(
      "SET enable_seqscan TO off; SET enable_indexscan TO off; SET enable_indexonlyscan TO off")
    // Two letters have no index: asked for them, that of three would list all names.
    for (part, isLong) in [("'ab%cd-efg'", true), ("ab-cd", false), ("x0123", true)] {
      let condition = RunCondition(
        RunList(
          inTrash: false, newestFirst: true, condition: try RunFilter("name ~ \(part)").expression))
      let plan = try connection.query(
        "EXPLAIN SELECT id FROM run WHERE \(condition.ofAll)", condition.parameters)
      let names = plan.map { $0.text(0) }.joined()
      #expect(names.contains("run_by_part_of_name") == (isLong && hasTrigrams == 1), "\(names)")
    }
  }

  private static func indexes(of store: CentralDatabase) throws -> Int {
    try store.connection.query(
      "SELECT 1 FROM pg_indexes WHERE schemaname = 'normscope' AND indexname = 'run_by_part_of_name'"
    ).count
  }

  @Test("A role that may create no extension gets a store without that index")
  func partsWithoutExtension() throws {
    let url = try PostgreSQLServer.shared().makeDatabase()
    let connection = try ServerConnection(url: url)
    try connection.execute(
      """
      DO $$ BEGIN CREATE ROLE plain; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
      CREATE SCHEMA normscope AUTHORIZATION plain; SET ROLE plain; SET search_path TO normscope, pg_catalog
      """)
    for migration in Migration.central.prefix(4) {
      try connection.execute(migration.script)
      try connection.query(
        "INSERT INTO migration VALUES ($1::int, $2, $3, now())",
        [.integer(migration.version), .text(migration.name), .text(migration.script)])
    }
    let role = url.contains("?") ? "&options=-c%20role%3Dplain" : "?options=-c%20role%3Dplain"
    let store = try CentralDatabase(url: url + role, for: .push)
    #expect(try Self.indexes(of: store) == 0)
    #expect(try uuids("name ~ abc", nil, 1, in: store).isEmpty)
  }

  @Test(
    "A condition is known to be one that the server leaves nothing of to the program",
    arguments: [
      ("config.norm = batch and name ~ abc", true), ("status = finished and loss >= 1", true),
      ("name = a or tag.owner = me", true), ("loss > 1", false), ("config.seed < 5", false),
      ("not name = a", false), ("status != failed", false), ("started > 2020-01-01", false),
      ("status = running", false), ("name = a and tag.accent = é", false),
      ("name = a or name < c", false),
    ])
  func exact(filter: String, isExact: Bool) throws {
    let condition = RunCondition(
      RunList(inTrash: false, newestFirst: true, condition: try RunFilter(filter).expression))
    #expect(condition.isExact == isExact)
  }

  @Test("An order is that of the file")
  func orders() throws {
    let (file, store) = try opened()
    for order in [
      "-test_accuracy", "test_accuracy", "evaluated_accuracy", "loss", "-loss", "-accuracy,steps",
      "-steps", "steps,-loss", "loss,name", "tag.order", "-config.learning_rate",
    ] {
      for limit in [nil, 1, 2, 4] {
        for filter in [nil, "not name = a", "tag.owner ~ me"] {
          #expect(
            try uuids(filter, order, limit, in: store) == uuids(filter, order, limit, in: file),
            "\(order)")
        }
      }
    }
    #expect(store.canOrder(by: [.loss, .steps]) && !store.canOrder(by: [.loss, .name]))
  }

  @Test("The first runs in an order by numbers come first from the server")
  func ordered() throws {
    let store = try opened().store
    let list = RunList(
      inTrash: false, newestFirst: true, order: [RunList.Key(.loss, isDescending: true)], count: 1)
    var names: [String] = []
    try store.forEachRun(list) {
      names.append($0.name)
      return names.count < 3
    }
    #expect(names == ["b 2", "e\u{301}", "a"])
  }

  @Test("A list of thousands of runs comes in parts, without a gap, in either direction")
  func pages() throws {
    let url = try PostgreSQLServer.shared().makeDatabase()
    let store = try CentralDatabase(url: url, for: .push)
    try store.connection.execute(
      """
      INSERT INTO run (uuid, name, status, configuration, provenance, started_at, heartbeat_at,
        elapsed_seconds, recording_seconds, step_count, dropped_steps, arrived_at)
      SELECT md5(i::text)::uuid::text, 'r' || i, 'finished', '{}', '{}',
        '2026-01-01T00:' || to_char(i / 100, 'FM00') || ':00.000Z', '2026-01-01T00:00:00.000Z', 0, 0, i, 0, now()
      FROM generate_series(1, 3000) AS i
      """)
    let all = try store.runs(inTrash: false).map(\.name)
    #expect(all.count == 3000)
    for newestFirst in [true, false] {
      for (count, wanted) in [(3, 2999), (3, 2000), (1500, 3000), (3, 3), (nil, 3000)]
        as [(Int?, Int)]
      {
        var names: [String] = []
        let list = RunList(
          inTrash: false, newestFirst: newestFirst,
          condition: try RunFilter("steps > 0").expression,
          count: count)
        try store.forEachRun(list) { run in
          names.append(run.name)
          return names.count < wanted
        }
        #expect(names == Array((newestFirst ? all.reversed() : all).prefix(wanted)))
      }
      // All that a list has is beyond the runs that are looked at first.
      let few = RunList(
        inTrash: false, newestFirst: newestFirst,
        condition: try RunFilter(newestFirst ? "steps <= 2" : "steps >= 2999").expression, count: 5)
      var names: [String] = []
      try store.forEachRun(few) {
        names.append($0.name)
        return true
      }
      #expect(names.sorted() == (newestFirst ? ["r1", "r2"] : ["r2999", "r3000"]))
    }
  }

  @Test("A store of the first version gets what lists need, of the runs that it has")
  func upgrade() throws {
    let server = try PostgreSQLServer.shared()
    let url = try server.makeDatabase()
    let first = try #require(Migration.central.first)
    let connection = try ServerConnection(url: url)
    try connection.execute("CREATE SCHEMA normscope; SET search_path TO normscope, pg_catalog")
    try connection.execute(first.script)
    try connection.query(
      "INSERT INTO migration VALUES ($1::int, $2, $3, now())",
      [.integer(first.version), .text(first.name), .text(first.script)])
    try connection.execute(
      """
      INSERT INTO run (uuid, name, status, configuration, provenance, started_at, heartbeat_at,
        elapsed_seconds, recording_seconds, step_count, dropped_steps, arrived_at)
      VALUES ('11111111-0000-4000-8000-000000000000', 'old', 'finished', '{"seed": 7}', '{}',
        '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 0, 0, 0, 0, now());
      INSERT INTO step (run, step, loss, accuracy) VALUES (1, 3, 2, 0.5), (1, 4, 1, 0.75);
      INSERT INTO evaluation (run, step, split, statistics, accuracy)
      VALUES (1, 4, 'val', 'batch', 0.1), (1, 4, 'val', 'precise', 0.2), (1, 4, 'val', 'running', 0.3),
        (1, 2, 'val', 'running', 0.4), (1, 9, 'train', 'running', 0.5)
      """)
    let refused = #expect(throws: StoreError.self) { try CentralDatabase(url: url, for: .read) }
    #expect(refused?.description.contains("earlier schema, version 1") == true)
    let store = try CentralDatabase(url: url, for: .push)
    #expect(try uuids("config.seed = 7", nil, nil, in: store).count == 1)
    #expect(try store.connection.query("SELECT key, number FROM setting")[0].real(1) == 7)
    let figures = try store.connection.query(
      "SELECT last_loss, last_accuracy, evaluated_accuracy, evaluated_split FROM run")[0]
    #expect((0..<3).map { figures.real($0) } == [1, 0.75, 0.3] && figures.text(3) == "val")
  }
}
