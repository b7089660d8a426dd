import RunModel
import RunStore
import SQLite
import TestSupport
import Testing

@Suite("Naming a run")
struct RunReferenceTests {
  let folder: TemporaryFolder
  let database: RunDatabase

  /// Runs 1 to 5, of which two share a name and two the beginning of their ids.
  init() throws {
    folder = try TemporaryFolder()
    database = try RunDatabase(path: folder.file("runs.db"), for: .record)
    let runs = [
      ("1a2b3c4d-0000-4000-8000-000000000001", "first"),
      ("1a2b9999-0000-4000-8000-000000000002", "twin"),
      ("deadbeef-0000-4000-8000-000000000003", "twin"),
      ("c0ffee00-0000-4000-8000-000000000004", "deadbeef"),
      ("f0000000-0000-4000-8000-000000000005", "'; DROP TABLE run; --"),
    ]
    for (uuid, name) in runs {
      let recorder = try RunRecorder(database: database, run: NewRun(name: name))
      try recorder.end(.finished)
      try database.connection.run(
        "UPDATE run SET uuid = ? WHERE uuid = ?", [.text(uuid), .text(recorder.uuid)])
    }
  }

  /// The last digit of the id of the run that `reference` names.
  func number(_ reference: String) throws -> Int? {
    try database.run(reference).uuid.last?.wholeNumberValue
  }

  @Test(
    "A run is named by its place, its name, or the beginning of its id",
    arguments: [
      ("latest", 5), ("latest~0", 5), ("latest~1", 4), ("latest~4", 1),
      ("first", 1), ("'; DROP TABLE run; --", 5),
      ("1a2b3", 1), ("1A2B3C", 1), ("1a2b3c4d-0000-4000-8000-000000000001", 1),
      ("DEADBEEF-0000-4000-8000-000000000003", 3), ("c0ff", 4), ("C0FFEE", 4), ("f000", 5),
      ("twin", 3), ("twin~0", 3), ("twin~1", 2), ("first~0", 1),
    ])
  func found(reference: String, number: Int) throws {
    #expect(try self.number(reference) == number)
  }

  @Test("A name goes before the beginning of an id")
  func nameFirst() throws {
    #expect(try number("deadbeef") == 4)
    #expect(try number("deadbee") == 3)
  }

  @Test("A reference such as NAME~1 is a name if a run has that name")
  func placeInName() throws {
    let recorder = try RunRecorder(database: database, run: NewRun(name: "twin~1"))
    #expect(try database.run("twin~1").uuid == recorder.uuid)
    #expect(try database.run("twin~1~0").uuid == recorder.uuid)
  }

  @Test(
    "A name of several runs means the newest, and their number is reported",
    arguments: [("twin", 2), ("first", 1), ("twin~1", 1), ("latest", 1), ("1a2b3", 1)])
  func note(reference: String, count: Int) throws {
    let found = try database.findRun(reference)
    #expect(found.namesakeCount == count)
    #expect(
      found.note
        == (count == 1
          ? nil
          : "2 runs are called \"twin\"; deadbeef, the newest, is meant, and \"twin~1\" is the one before.")
    )
  }

  @Test("A name that several runs have is refused where one is to be changed, with their ids")
  func onlyOne() throws {
    let error = try storeError { _ = try database.onlyRun("twin") }
    #expect(error.kind == .ambiguousRun)
    #expect(
      error.description
        == "2 runs in \(database.path) go by \"twin\"; name one by its id: 1a2b9999, deadbeef.")
    for reference in ["twin~1", "1a2b9", "1a2b9999-0000-4000-8000-000000000002"] {
      #expect(try database.onlyRun(reference).name == "twin")
    }
    #expect(try database.onlyRun("latest").name == "'; DROP TABLE run; --")
    try database.delete([database.run("deadbee")])
    #expect(try database.onlyRun("twin").shortID == "1a2b9999")
    try database.delete([database.run("twin")])
    #expect(
      try storeError { _ = try database.onlyRun("twin", inTrash: true) }.kind == .ambiguousRun)
    #expect(try database.onlyRun("twin~1", inTrash: true).shortID == "1a2b9999")
  }

  @Test("A name in the trash says so, and is not taken for the beginning of another run's id")
  func nameInTrash() throws {
    try database.delete([database.run("c0ffee00")])
    let error = try storeError { _ = try database.run("deadbeef") }
    #expect(error.kind == .unknownRun)
    #expect(error.description == "The run \"deadbeef\" in \(database.path) is in the trash.")
    #expect(error.remedy == .restoreRun)
    #expect(
      try storeError { _ = try database.run("deadbeef~0") }.description.contains("is in the trash"))
    #expect(try number("deadbee") == 3)
  }

  @Test(
    "A reference shorter than four characters is a name, never the beginning of an id",
    arguments: ["c", "c0f", "F"])
  func shortReference(reference: String) throws {
    let error = try storeError { _ = try database.run(reference) }
    #expect(error.kind == .unknownRun)
    #expect(error.description.contains("an id is named by 4 or more of its characters"))
    try database.rename(database.run("first"), to: reference)
    #expect(try number(reference) == 1)
  }

  @Test("So many runs of a name before the newest are not there")
  func tooFarBack() throws {
    let error = try storeError { _ = try database.run("twin~2") }
    #expect(error.kind == .unknownRun)
    #expect(error.description.contains("has 2 runs called \"twin\""))
  }

  @Test("Runs are listed from the oldest on")
  func order() throws {
    #expect(try database.runs().map { $0.uuid.last?.wholeNumberValue } == [1, 2, 3, 4, 5])
  }

  @Test(
    "A reference to no run is refused",
    arguments: [
      "", " ", "first ", "First", "firs", "latest~5", "latest~-1", "latest~", "latest~x", "Latest",
      "latest~99999999999999999999", "latest~9223372036854775807", "%", "_", "*", "1a2b%",
      "????????",
      "' OR '1'='1", "x\" OR 1 --", "\u{0}", "1a2b3c4d\u{0}", "é", "0", "🧪", "c", "f", "1a2",
      "twin~", "twin~-1", "twin~x", "~0", "nobody~0", "1a2b3c4d~0",
      "1a2b3c4d-0000-4000-8000-0000000000011",
    ])
  func unknown(reference: String) throws {
    let error = try storeError { _ = try database.run(reference) }
    #expect(error.kind == .unknownRun)
    #expect(error.description.contains("\"\(reference)\""))
    #expect(error.description.contains(database.path))
    #expect(try database.runs().count == 5)
  }

  @Test(
    "A beginning of several ids is refused with the ids",
    arguments: [("1a2b", ["1a2b3c4d", "1a2b9999"]), ("1A2b", ["1a2b3c4d", "1a2b9999"])])
  func ambiguous(reference: String, ids: [String]) throws {
    let error = try storeError { _ = try database.run(reference) }
    #expect(error.kind == .ambiguousRun)
    #expect(
      error.description
        == "2 runs in \(database.path) go by \"\(reference)\"; name one by its id: "
        + "\(ids.joined(separator: ", ")).")
  }

  @Test("An ambiguous name lists the five newest runs")
  func veryAmbiguous() throws {
    try database.connection.run("UPDATE run SET name = 'same'")
    for _ in 0..<4 {
      _ = try RunRecorder(database: database, run: NewRun(name: "same"))
    }
    let newest = try database.runs().suffix(5).map(\.shortID).joined(separator: ", ")
    let error = try storeError { _ = try database.onlyRun("same") }
    #expect(error.description.hasPrefix("9 runs "))
    #expect(error.description.hasSuffix(": \(newest)."))
  }

  @Test("A database without runs has no latest", arguments: ["latest", "latest~1", "", "a"])
  func empty(reference: String) throws {
    let empty = try RunDatabase(path: folder.file("empty.db"), for: .record)
    #expect(try storeError { _ = try empty.run(reference) }.kind == .unknownRun)
  }

  @Test(
    "A name that would be taken for a place is reserved",
    arguments: [
      ("", true), ("latest", true), ("latest~0", true), ("latest~17", true), ("latest~", false),
      ("latest~x", false), ("latest~-1", false), ("Latest", false), ("my latest", false),
      ("latest2", false), ("first", false), (" ", false),
    ])
  func reserved(name: String, isReserved: Bool) {
    #expect(RunDatabase.isReservedRunName(name) == isReserved)
  }
}
