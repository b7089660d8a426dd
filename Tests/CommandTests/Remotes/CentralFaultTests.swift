import Foundation
import Glibc
import TestSupport
import Testing

@Suite(
  "What is wrong with a central store is said in one sentence",
  .enabled(
    if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct CentralFaultTests {
  private static let original = Result {
    let place = try RecordedFolder()
    try place.normscope([
      "record", "--name", "first", "--steps", "200", "--layers", "3", "--batch-size", "5", "--norm",
      "batch", "--probe", "10", "--noise-every", "0",
    ])
    return place
  }

  private static let store = Result {
    let central = try CentralFolder(original.get())
    try central.normscope(["push", "first", "--to", central.url])
    return central
  }

  /// A store that the run `first` was pushed to.
  private func pushed() throws -> CentralFolder {
    try CentralFolder(Self.store.get())
  }

  @Test(
    "A block that was tampered with",
    arguments: [
      ("UPDATE moment SET mean = set_byte(mean, 5, get_byte(mean, 5) # 1)", "checksum"),
      ("UPDATE moment SET format = 9", "format 9"),
    ])
  func tampered(statement: String, part: String) throws {
    let central = try pushed()
    try central.sql(statement)
    for arguments in [
      ["shift", "first", "--population", "batch", "--db", central.url],
      ["export", "first", "--format", "csv", "-o", "-", "--db", central.url],
      ["pull", "first", "--from", central.url, "--db", "\(UUID().uuidString).db"],
    ] {
      expectOneSentence(try central.attempt(arguments), exitCode: 65, containing: "block", part)
    }
  }

  @Test("A schema of a newer version")
  func newerSchema() throws {
    let central = try pushed()
    try central.sql("INSERT INTO migration VALUES (99, 'later', '', now())")
    for arguments in [
      ["runs", "list", "--db", central.url], ["push", "first", "--to", central.url],
    ] {
      expectOneSentence(
        try central.attempt(arguments), exitCode: 65, containing: "schema version 99",
        "use a newer one")
    }
  }

  @Test(
    "A store that nothing was pushed to, a server that is not there, and a role that may not write")
  func places() throws {
    let central = try CentralFolder(Self.original.get())
    expectOneSentence(
      try central.attempt(["runs", "list", "--db", central.url]), exitCode: 66,
      containing: "There are no runs at postgresql://", "normscope push")
    expectOneSentence(
      try central.attempt(["pull", "first", "--from", "postgresql:///runs?host=/nowhere"]),
      exitCode: 74, containing: "/nowhere")
    try central.sql("CREATE ROLE reader LOGIN")
    let reader = central.url.replacing("postgres@", with: "reader@")
    expectOneSentence(
      try central.attempt(["push", "first", "--to", reader]), exitCode: 73, containing: "role")
    try central.normscope(["push", "first", "--to", central.url])
    expectOneSentence(
      try central.attempt(["runs", "list", "--db", reader]), exitCode: 73, containing: "role")
    try central.sql(
      "GRANT USAGE ON SCHEMA normscope TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA normscope TO reader"
    )
    #expect(try central.attempt(["shift", "first", "--db", reader]).exitCode == 0)
    expectOneSentence(
      try central.attempt(["push", "first", "--to", reader]), exitCode: 73, containing: "role")
  }

  @Test(
    "A disk that is full on the server keeps what it acknowledged",
    .enabled(
      if: SmallDisk.isPossible, "a file system in memory cannot be made here"))
  func fullDisk() throws {
    let central = try pushed()
    try central.place.normscope([
      "record", "--name", "wide", "--steps", "300", "--layers", "2", "--batch-size", "5", "--probe",
      "10", "--noise-every", "0", "--db", "wide.db",
    ])
    let disk = try SmallDisk(bytes: 256 << 10)
    _ = try CommandRun("chown", ["postgres", disk.folder.path])
    let all = central.server.url(of: "postgres")
    try central.server.sql("CREATE TABLESPACE tiny LOCATION '\(disk.folder.path)'", in: all)
    try central.sql("ALTER TABLE moment SET TABLESPACE tiny")
    let before = try central.sql(
      "SELECT string_agg(checksum::text, ' ' ORDER BY site, block) FROM moment")
    let rows = try central.rows(of: ["first"], in: central.url)
    expectOneSentence(
      try central.attempt(["push", "wide", "--to", central.url, "--db", "wide.db"]), exitCode: 74,
      containing: "out of room", "is kept")
    #expect(try central.rows(of: ["first"], in: central.url) == rows)
    #expect(try central.attempt(["show", "wide", "--db", central.url]).exitCode == 66)
    #expect(
      try central.sql(
        "SELECT string_agg(checksum::text, ' ' ORDER BY site, block) FROM moment WHERE site IN (SELECT site.id FROM site JOIN run ON run.id = run WHERE name = 'first')"
      ) == before)
    try central.sql("ALTER TABLE moment SET TABLESPACE pg_default")
    try central.server.sql("DROP TABLESPACE tiny", in: all)
    try central.normscope(["push", "wide", "--to", central.url, "--db", "wide.db"])
  }

  @Test(
    "A server that speaks another language, and one that says why it ends the connection",
    .enabled(if: Python.hasNumPy, "there is no python3"),
    arguments: [
      #"other.sendall(b"220 mail.example.org ESMTP\r\n")"#,
      // It accepts the user, gets a question, and warns.
      #"""
      other.recv(9999); other.sendall(b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I")
        other.recv(9999); other.sendall(b"N\0\0\0\x1eSWARNING\0C57P02\0Mthe end\0\0")
      """#,
    ])
  func otherServer(answer: String) throws {
    let central = try CentralFolder(Self.original.get())
    let folder = try TemporaryFolder()
    let script = """
      import socket, sys
      server = socket.socket(socket.AF_UNIX)
      server.bind(sys.argv[1])
      server.listen()
      while True:
        other, _ = server.accept()
        \(answer)
        other.close()
      """
    let path = folder.file(".s.PGSQL.5432")
    let server = try StartedCommand("python3", ["-c", script, path])
    defer { server.send(SIGKILL) }
    while !FileManager.default.fileExists(atPath: path) {
      try #require(server.isRunning)
      usleep(10_000)
    }
    let url = "postgresql:///runs?host=\(folder.path)"
    for arguments in [["runs", "list", "--db", url], ["push", "first", "--to", url]] {
      expectOneSentence(
        try central.attempt(arguments), exitCode: 74, containing: "postgresql:///runs")
    }
  }

  @Test("A wrong password, which is not printed")
  func password() throws {
    let central = try pushed()
    try central.sql("CREATE ROLE guarded LOGIN PASSWORD 'right'; GRANT pg_read_all_data TO guarded")
    let wrong = central.url.replacing("postgres@", with: "guarded:wrong-one@")
    let refused = try central.attempt(["runs", "list", "--db", wrong])
    expectOneSentence(refused, exitCode: 74, containing: "password authentication failed")
    #expect(!refused.errorOutput.contains("wrong-one"))
    let right = central.url.replacing("postgres@", with: "guarded:right@")
    #expect(try central.attempt(["runs", "list", "--db", right]).exitCode == 0)
    let bare = central.url.replacing("postgres@", with: "guarded@")
    #expect(
      try central.attempt(["runs", "list", "--db", bare], environment: ["PGPASSWORD": "right"])
        .exitCode == 0)
  }

  @Test("A run whose first push has not ended does not show")
  func partial() throws {
    let central = try pushed()
    try central.sql("UPDATE run SET arrived_at = NULL")
    let listed = try central.normscope(["runs", "list", "--format", "csv", "--db", central.url])
    #expect(!listed.output.contains("first"))
    #expect(try central.attempt(["show", "first", "--db", central.url]).exitCode == 66)
    try central.normscope(["push", "first", "--to", central.url])
    #expect(try central.attempt(["show", "first", "--db", central.url]).exitCode == 0)
  }
}

extension RecordedFolder {
  /// Whether the folder has a file.
  func hasFile(_ name: String) -> Bool { (try? bytes(of: name)) != nil }
}
