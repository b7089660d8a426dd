import FoundationEssentials
import Glibc
import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite(
  "Runs pushed to a central store and pulled from it",
  .enabled(
    if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct PushTests {
  private static let few = [
    "--layers", "3", "--batch-size", "5", "--probe", "10", "--noise-every", "0",
  ]

  private static func record(
    _ name: String, steps: Int, _ options: [String] = [], in place: RecordedFolder
  ) throws {
    try place.normscope(
      ["record", "--name", name, "--steps", "\(steps)"] + few + options)
  }

  private static let original = Result {
    let place = try RecordedFolder()
    try record("first", steps: 250, ["--checkpoint-every", "100", "--tag", "a=b"], in: place)
    return place.folder
  }

  /// A folder of one run, `first`, that is not pushed.
  private func folder() throws -> CentralFolder {
    try CentralFolder(RecordedFolder(copying: Self.original.get()))
  }

  @Test("A file that was pulled has every row of every kind that was pushed")
  func rich() throws {
    let place = try RecordedFolder(copying: PreparedFolder.shared().folder)
    let central = try CentralFolder(place)
    let runs = ["bn-1", "none-2", "shifted", "diverged"]
    try central.normscope(["push"] + runs)
    let pulled = try central.normscope(["pull"] + runs + ["--db", "pulled.db"])
    #expect(pulled.output.split(separator: "\n").allSatisfy { $0.hasPrefix("pulled ") })
    let rows = try central.rows(of: runs, in: "runs.db")
    #expect(try central.rows(of: runs, in: "pulled.db") == rows)
    #expect(try central.rows(of: runs, in: central.url) == rows)
    for arguments in [["runs", "list"], ["show", "bn-1"], ["health", "bn-1"]] {
      let answers = try ["runs.db", "pulled.db"].map {
        try AnswerDocument(
          json: place.normscope(arguments + ["--format", "json", "--db", $0]).output
        )
        .rows.filter { row in runs.contains { row["run_name"]?.text == $0 } }
      }
      #expect(!answers[0].isEmpty && answers[0] == answers[1])
    }
    for step in [100, 300] {
      let files = try ["runs.db", "pulled.db", central.url].map { database in
        try central.normscope(
          [
            "export", "bn-1", "--step", "\(step)", "--format", "safetensors", "-o", "c.safetensors",
            "--db", database,
          ])
        return try place.bytes(of: "c.safetensors")
      }
      #expect(files[0] == files[1] && files[0] == files[2])
    }
    let check = try place.normscope(["db", "check", "--db", "pulled.db"])
    #expect(check.exitCode == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
    #expect(!left.contains { $0.contains("-pull-") })
  }

  @Test("A push again sends nothing, and a pull again changes nothing")
  func again() throws {
    let central = try folder()
    #expect(try central.normscope(["push", "first"]).output.hasPrefix("pushed "))
    let rows = try central.sql("SELECT count(*), sum(cardinality(steps)) FROM moment")
    #expect(try central.normscope(["push", "first"]).output.hasPrefix("nothing new of "))
    #expect(try central.sql("SELECT count(*), sum(cardinality(steps)) FROM moment") == rows)
    #expect(
      try central.normscope(["pull", "first", "--db", "other.db"]).output.hasPrefix("pulled "))
    let pulled = try central.normscope(["pull", "first", "--db", "other.db"]).output
    #expect(pulled.hasPrefix("skipped ") && pulled.hasSuffix(": it is here\n"))
  }

  @Test("A run that was resumed is pushed and pulled again: what it had dropped is gone")
  func resumed() throws {
    let central = try folder()
    try central.normscope(["push", "first"])
    try central.normscope(["pull", "first", "--db", "other.db"])
    // From the checkpoint of step 200, as after a crash.
    let database = try Connection(
      path: central.place.folder.file("runs.db"), access: .readWrite)
    try database.execute(
      "UPDATE run SET status = 'running'; DELETE FROM checkpoint WHERE step > 200")
    try central.place.normscope(["record", "--resume", "first", "--steps", "400"])
    try central.normscope(["push", "first"])
    let rows = try central.rows(of: ["first"], in: "runs.db")
    #expect(try central.rows(of: ["first"], in: central.url) == rows)
    let pulled = try central.normscope(["pull", "first", "--db", "new.db"])
    #expect(pulled.output.hasPrefix("pulled "))
    #expect(try central.rows(of: ["first"], in: "new.db") == rows)
  }

  @Test("A pull replaces a run that has fewer steps, and refuses one that differs")
  func differing() throws {
    let central = try folder()
    try central.normscope(["push", "first"])
    try central.normscope(["pull", "first", "--db", "other.db"])
    let path = central.place.folder.file("other.db")
    try Connection(path: path, access: .readWrite).execute(
      """
      PRAGMA foreign_keys = ON; DELETE FROM moment WHERE step >= 200; DELETE FROM step WHERE step >= 200;
      DELETE FROM evaluation WHERE step >= 200; UPDATE run SET step_count = 200
      """)
    let replaced = try central.normscope(["pull", "first", "--db", "other.db"]).output
    #expect(replaced.hasPrefix("replaced ") && replaced.contains("200 steps"))
    #expect(
      try central.rows(of: ["first"], in: "other.db") == central.rows(of: ["first"], in: "runs.db"))
    try Connection(path: path, access: .readWrite).execute(
      "UPDATE step SET loss = 7 WHERE step = 5")
    let before = try central.rows(of: ["first"], in: "other.db")
    expectOneSentence(
      try central.attempt(["pull", "first", "--db", "other.db"]), exitCode: 65,
      containing: "is not the one in", "rows of step")
    #expect(try central.rows(of: ["first"], in: "other.db") == before)
    // And the other way round.
    expectOneSentence(
      try central.attempt(["push", "first", "--db", "other.db"]), exitCode: 65,
      containing: "is not the one here", "--replace")
    #expect(
      try central.rows(of: ["first"], in: central.url) == central.rows(of: ["first"], in: "runs.db")
    )
    try central.normscope(["push", "first", "--db", "other.db", "--replace"])
    #expect(try central.rows(of: ["first"], in: central.url) == before)
  }

  @Test("Names, notes and tags follow with the next push")
  func labels() throws {
    let central = try folder()
    try central.normscope(["push", "first"])
    for arguments in [
      ["runs", "rename", "first", "second"], ["runs", "note", "second", "It is late."],
      ["runs", "tag", "second", "a=c", "d=e"], ["push", "second"],
    ] {
      try central.normscope(arguments)
    }
    #expect(
      try central.sql(
        "SELECT name, note, (SELECT string_agg(key || value, ' ' ORDER BY key) FROM tag) FROM run")
        == "second|It is late.|ac de")
  }

  @Test("A run is followed while it is recorded, and shows at once and to its end")
  func following() throws {
    let central = try CentralFolder(RecordedFolder())
    let recording = try central.place.start(
      ["record", "--name", "first", "--steps", "100000", "--checkpoint-every", "500"] + Self.few)
    while try central.place.attempt(["show", "first"]).exitCode != 0 { usleep(20_000) }
    let following = try central.start(["push", "first", "--follow"])
    func steps() throws -> Int {
      guard try central.showsRun() else { return 0 }
      return try Int(central.sql("SELECT step_count FROM run")) ?? 0
    }
    var seen = 0
    for _ in 0..<3 {
      while true {
        let now = try steps()
        if now > seen {
          seen = now
          break
        }
        try #require(following.isRunning)
        usleep(50_000)
      }
    }
    recording.send(SIGTERM)
    _ = try recording.wait()
    let followed = try following.wait()
    #expect(followed.exitCode == 0, "\(followed.errorOutput)")
    #expect(
      try central.rows(of: ["first"], in: central.url) == central.rows(of: ["first"], in: "runs.db")
    )
    #expect(try steps() > seen - 1)
  }

  @Test("A run that record pushes is there to its last step when the program ends")
  func pushing() throws {
    let central = try CentralFolder(RecordedFolder())
    let recorded = try central.normscope(
      ["record", "--name", "first", "--steps", "300", "--checkpoint-every", "100", "--push", "lab"]
        + Self.few)
    #expect(recorded.errorOutput.isEmpty)
    #expect(
      try central.rows(of: ["first"], in: central.url) == central.rows(of: ["first"], in: "runs.db")
    )
    try central.normscope(["record", "--resume", "first", "--steps", "400", "--push", central.url])
    #expect(
      try central.rows(of: ["first"], in: central.url) == central.rows(of: ["first"], in: "runs.db")
    )
    expectOneSentence(
      try central.attempt(["record", "--push", "elsewhere"]), exitCode: 66,
      containing: "\"elsewhere\"")
    let refused = try central.attempt(
      ["record", "--name", "second", "--steps", "3", "--push", "postgresql:///a?host=/nowhere"]
        + Self.few)
    #expect(refused.exitCode == 74 && refused.errorOutput.contains("not all of it pushed"))
    #expect(try central.place.attempt(["show", "second"]).exitCode == 0)
  }

  @Test("The process that pushes beside a training has a lower priority")
  func priority() throws {
    let central = try CentralFolder(RecordedFolder())
    let recording = try central.start(
      ["record", "--name", "first", "--steps", "100000", "--push", "lab"] + Self.few)
    while !(try central.showsRun()) {
      try #require(recording.isRunning)
      usleep(20_000)
    }
    let kind = __priority_which_t(PRIO_PROCESS.rawValue)
    let pushing = try #require(recording.children().first)
    #expect(getpriority(kind, id_t(pushing)) == min(getpriority(kind, 0) + 5, 19))
    recording.send(SIGTERM)
    _ = try recording.wait()
  }

  @Test("A push or a pull that is killed leaves nothing half, and the next one completes it")
  func killed() throws {
    let central = try folder()
    try central.normscope(["push", "first"])
    // What is pulled is sealed to the end.
    try central.normscope(["db", "compact"])
    let (rows, digest) = try (central.storedRows(of: "runs.db"), central.digest())
    try central.sql("DELETE FROM run")
    var random = SplitMix64(seed: 5)
    func kill(_ arguments: [String]) throws {
      let started = try central.start(arguments)
      usleep(UInt32.random(in: 0..<400_000, using: &random))
      started.send(SIGKILL)
      _ = try started.wait()
    }
    for _ in 0..<5 {
      try kill(["push", "first"])
      // It shows whole or not at all.
      if try central.showsRun() {
        #expect(try central.digest() == digest)
        try central.sql("DELETE FROM run")
      }
    }
    try central.normscope(["push", "first"])
    #expect(try central.digest() == digest)
    for _ in 0..<5 {
      try kill(["pull", "first", "--db", "other.db"])
      let path = central.place.folder.file("other.db")
      if let pulled = try? RunDatabase(path: path, for: .read),
        try !pulled.runs(inTrash: false).isEmpty
      {
        #expect(try central.storedRows(of: "other.db") == rows)
        let file = try RunDatabase(path: path, for: .record)
        try file.delete([file.run("first")])
        try file.purge(file.run("first", inTrash: true))
      }
    }
    try central.normscope(["pull", "first", "--db", "other.db"])
    #expect(try central.storedRows(of: "other.db") == rows)
    let left = try FileManager.default.contentsOfDirectory(atPath: central.place.folder.path)
    #expect(!left.contains { $0.contains("-pull-") })
  }

  @Test("Two pushes of one run at once leave every block there once")
  func together() throws {
    let central = try folder()
    let pushes = try (0..<3).map { _ in try central.start(["push", "first"]) }
    for push in pushes {
      let run = try push.wait()
      #expect(run.exitCode == 0, "\(run.errorOutput)")
    }
    #expect(
      try central.rows(of: ["first"], in: central.url) == central.rows(of: ["first"], in: "runs.db")
    )
  }
}
