import FoundationEssentials
import Glibc
import RunModel
import RunStore
import TestSupport
import Testing

@Suite(
  "Pushes and pulls that fail",
  .enabled(if: PostgreSQLServer.programs != nil, .init(rawValue: PostgreSQLServer.skipReason)))
struct TransferFaultTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// The number of faults; more of them with `NORMSCOPE_FAULTS` in the environment.
  private static let count = environment["NORMSCOPE_FAULTS"].flatMap(Int.init) ?? 8
  private static let program = CommandRun.productPath("normscope")

  /// What happens to a push or a pull.
  private enum Fault: CaseIterable {
    case kill, crash, cut, fullDisk
  }

  /// A run in a file, a server, and a network beyond a link where there may be one.
  private final class Place {
    let central: CentralFolder
    let server: PostgreSQLServer
    let network: SecondNetwork?
    private let database: String
    private let remoteURL: String
    private var disk: SmallDisk?
    let rows: StoredRows

    init(steps: Int) throws {
      network = SecondNetwork.isPossible ? try SecondNetwork() : nil
      server = try PostgreSQLServer(address: network?.address)
      let place = try RecordedFolder()
      try place.normscope([
        "record", "--name", "first", "--steps", "\(steps)", "--layers", "3", "--batch-size", "5",
        "--probe", "10", "--noise-every", "0", "--checkpoint-every", "200",
      ])
      // What is pulled is sealed to the end.
      try place.normscope(["db", "compact"])
      central = try CentralFolder(place, server: server)
      database = PostgreSQLServer.database(of: central.url)
      remoteURL = server.remoteURL(of: database)
      rows = try central.storedRows(of: "runs.db")
    }

    /// Starts the program, beyond the link where that is to be cut.
    func start(_ words: [String], isCut: Bool) throws -> StartedCommand {
      let prefix = isCut ? network?.prefix ?? [] : []
      let arguments = words.map { $0 == "STORE" ? isCut ? remoteURL : central.url : $0 }
      let all = prefix + [TransferFaultTests.program] + arguments
      return try StartedCommand(
        all[0], Array(all.dropFirst()), in: central.place.folder.path,
        environment: RecordedFolder.environment.merging(central.environment) { $1 })
    }

    /// Begins an empty store on a disk of a size.
    func useDisk(of bytes: Int) throws {
      let small = try SmallDisk(bytes: bytes)
      _ = try CommandRun("chown", ["postgres", small.folder.path])
      disk = small
      try server.sql(
        "CREATE TABLESPACE small LOCATION '\(small.folder.path)'", in: server.url(of: "postgres"))
      try server.sql("DROP SCHEMA IF EXISTS normscope CASCADE", in: central.url)
      try server.sql("ALTER DATABASE \(database) SET default_tablespace = 'small'", in: central.url)
    }

    /// Moves the store to a disk that has room.
    func useUsualDisk() throws {
      try server.sql(
        """
        ALTER DATABASE \(database) RESET default_tablespace; SET default_tablespace = '';
        ALTER TABLE ALL IN TABLESPACE small SET TABLESPACE pg_default;
        ALTER INDEX ALL IN TABLESPACE small SET TABLESPACE pg_default
        """, in: central.url)
      try server.sql("DROP TABLESPACE small", in: server.url(of: "postgres"))
      disk = nil
    }
  }

  @Test(
    "Every block is there once, a run shows whole or not at all, and the next attempt completes it")
  func faults() throws {
    let place = try Place(steps: 1_500)
    let (central, server) = (place.central, place.server)
    var faults = Fault.allCases.filter { fault in
      switch fault {
      case .kill, .crash: true
      case .cut: place.network != nil
      case .fullDisk: SmallDisk.isPossible
      }
    }
    let seed = Self.environment["NORMSCOPE_SEED"].flatMap(UInt64.init) ?? 9
    var random = SplitMix64(seed: seed)
    let push = ["push", "first", "--to", "STORE"]
    let pull = ["pull", "first", "--from", "STORE", "--db", "other.db"]
    // How long they take here.
    let start = ContinuousClock.now
    try #require(try place.start(push, isCut: false).wait().exitCode == 0)
    let pushed = ContinuousClock.now
    try #require(try place.start(pull, isCut: false).wait().exitCode == 0)
    let pulled = ContinuousClock.now
    let exported = try central.rows(of: ["first"], in: "runs.db")
    #expect(try central.rows(of: ["first"], in: central.url) == exported)
    #expect(try central.rows(of: ["first"], in: "other.db") == exported)
    #expect(try central.storedRows(of: "other.db") == place.rows)
    let digest = try central.digest()
    let times = [pushed - start, pulled - pushed].map {
      UInt32($0 / .microseconds(1))
    }
    for number in 0..<Self.count {
      let isPush = number.isMultiple(of: 2)
      if number.isMultiple(of: 2 * faults.count) { faults.shuffle(using: &random) }
      let fault = faults[number / 2 % faults.count]
      if isPush && Bool.random(using: &random) {
        try server.sql("DELETE FROM normscope.run", in: central.url)
      }
      for ending in ["", "-wal", "-shm", "-recorders"] {
        try? FileManager.default.removeItem(
          atPath: central.place.folder.file("other.db\(ending)"))
      }
      let wait = UInt32.random(in: 0...times[isPush ? 0 : 1], using: &random)
      let (outcome, isWhole) = try inflict(fault, on: isPush ? push : pull, after: wait, in: place)
      #expect(
        outcome.exitCode == 0 || outcome.exitCode == -SIGKILL
          || [74, 75].contains(outcome.exitCode)
            && outcome.errorOutput.filter { $0 == "\n" }.count == 1,
        "\(fault): \(outcome.exitCode) \(outcome.errorOutput)")
      let words = "\(number): \(fault) of a \(isPush ? "push" : "pull") after \(wait) µs"
      if isPush {
        // It shows whole or not at all.
        let shown = try central.showsRun()
        #expect(shown || !isWhole, "\(words)")
        if shown { #expect(try central.digest() == digest, "\(words)") }
        let before = try central.blocks()
        try #require(try place.start(push, isCut: false).wait().exitCode == 0, "\(words)")
        // What was there is there still, with the checksum that it had.
        #expect(try central.blocks().isSuperset(of: before), "\(words)")
        #expect(try central.digest() == digest, "\(words)")
      } else {
        let file = try? RunDatabase(path: central.place.folder.file("other.db"), for: .read)
        let shown = try file.map { try !$0.runs(inTrash: false).isEmpty } ?? false
        #expect(shown || !isWhole, "\(words)")
        if shown { #expect(try central.storedRows(of: "other.db") == place.rows, "\(words)") }
        if try central.blocks().isEmpty {
          try #require(try place.start(push, isCut: false).wait().exitCode == 0, "\(words)")
        }
        try #require(try place.start(pull, isCut: false).wait().exitCode == 0, "\(words)")
        #expect(try central.storedRows(of: "other.db") == place.rows, "\(words)")
      }
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: central.place.folder.path)
    #expect(!left.contains { $0.contains("-pull-") })
  }

  /// Runs a command, to which a fault comes after a time.
  ///
  /// - Returns: what it did, and whether it said that it was done.
  private func inflict(_ fault: Fault, on words: [String], after wait: UInt32, in place: Place)
    throws
    -> (outcome: CommandRun, isWhole: Bool)
  {
    if fault == .fullDisk {
      guard words[0] == "push" else {
        // A file that finds no room.
        let disk = try SmallDisk(bytes: 2 << 20)
        let pulled = try place.start(
          words.dropLast() + [disk.folder.file("other.db")], isCut: false
        ).wait()
        return (pulled, false)
      }
      // Room for some of it.
      try place.useDisk(of: (1 << 20) + Int(wait) * 4)
      let outcome = try place.start(words, isCut: false).wait()
      try place.useUsualDisk()
      return (outcome, false)
    }
    let started = try place.start(words, isCut: fault == .cut)
    usleep(wait)
    switch fault {
    case .kill: started.send(SIGKILL)
    case .crash: place.server.stop()
    case .cut: try place.network?.cut()
    case .fullDisk: break
    }
    let outcome = try started.wait()
    switch fault {
    case .crash: try place.server.start()
    case .cut: try place.network?.mend()
    case .kill, .fullDisk: break
    }
    return (outcome, outcome.exitCode == 0)
  }
}
