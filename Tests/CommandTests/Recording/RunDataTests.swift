import FoundationEssentials
import SQLite
import TestSupport
import Testing

@Suite("The data of a run")
struct RunDataTests {
  let place: RecordedFolder
  /// Rows of a, b and a label.
  static let rows = (0..<60).map { (a: $0 * 7 % 60, b: $0 * 11 % 13, label: $0 % 2) }
  static let record = [
    "record", "--layers", "4", "--batch-size", "8", "--probe", "0", "--noise-every", "0",
  ]

  init() throws {
    place = try RecordedFolder()
    try write("d.csv", "a,b,label") { [$0.a, $0.b, $0.label] }
  }

  func write(
    _ file: String, _ header: String, rows: [(a: Int, b: Int, label: Int)] = rows,
    _ cells: ((a: Int, b: Int, label: Int)) -> [Int]
  ) throws {
    let lines = rows.map { cells($0).map(String.init).joined(separator: ",") }
    try place.folder.write(([header] + lines).joined(separator: "\n"), to: file)
  }

  /// Writes d.csv with something changed.
  func change(_ kind: String) throws {
    switch kind {
    case "numbers":
      try write("d.csv", "a,b,label") { [$0.a + ($0.b == 5 ? 1 : 0), $0.b, $0.label] }
    case "labels":
      try write("d.csv", "a,b,label") { [$0.a, $0.b, $0.a == 3 ? 1 - $0.label : $0.label] }
    case "rows":
      try write("d.csv", "a,b,label", rows: Self.rows.dropLast(20)) { [$0.a, $0.b, $0.label] }
    case "order of rows":
      try write("d.csv", "a,b,label", rows: Self.rows.reversed()) { [$0.a, $0.b, $0.label] }
    case "one column more": try write("d.csv", "a,b,c,label") { [$0.a, $0.b, 1, $0.label] }
    case "names": try write("d.csv", "a,c,label") { [$0.a, $0.b, $0.label] }
    case "classes": try write("d.csv", "a,b,label") { [$0.a, $0.b, $0.label * 2] }
    default: Issue.record("\(kind) is no change")
    }
  }

  @Test("Data are not taken for a run's where its provenance cannot say so")
  func unreadableProvenance() throws {
    try place.normscope(Self.record + ["--data", "./d.csv", "--steps", "10", "--name", "a"])
    try Connection(path: place.folder.file("runs.db"), access: .readWrite).execute(
      "UPDATE run SET provenance = '{}'")
    for command in [
      ["record", "--resume", "a", "--steps", "20"], ["data-shift", "a", "--corrupt", "invert"],
    ] {
      expectOneSentence(
        try place.attempt(command), exitCode: 65, containing: "is unreadable, so that nothing says")
    }
  }

  @Test(
    "Other data under the same path are refused by every command that reads them again, and the run stays unchanged",
    arguments: [
      ("numbers", "features have other numbers"), ("labels", "labels have other numbers"),
      ("rows", "32 training rows now and had 48"), ("order of rows", "features have other numbers"),
      ("one column more", "has a column \"c\""), ("names", "no column \"b\""),
      ("classes", "3 classes now and had 2"),
    ])
  func otherData(kind: String, part: String) throws {
    try place.normscope(Self.record + ["--data", "./d.csv", "--steps", "10", "--name", "a"])
    let before = try place.numbers(of: "a")
    try change(kind)
    for command in [
      ["record", "--resume", "a", "--steps", "20"], ["data-shift", "a", "--corrupt", "invert"],
      ["data-shift", "a", "--target", "./d.csv:test", "--resamples", "20"],
    ] {
      expectOneSentence(try place.attempt(command), exitCode: 65, containing: part)
    }
    #expect(try place.numbers(of: "a") == before)
    #expect(try place.details(of: "a").status == "finished")
  }

  @Test("The same data, written otherwise or with its columns in another order, go on bit for bit")
  func sameData() throws {
    try place.normscope(Self.record + ["--data", "./d.csv", "--steps", "20", "--name", "whole"])
    try place.normscope(Self.record + ["--data", "./d.csv", "--steps", "10", "--name", "half"])
    let lines = Self.rows.map { "\($0.label).0, \($0.b)e0,\"\($0.a).00\"\r\n" }
    try place.folder.write("label,b,a\r\n" + lines.joined(), to: "d.csv")
    try place.normscope(["record", "--resume", "half", "--steps", "20"])
    #expect(try place.numbers(of: "half") == place.numbers(of: "whole"))
    #expect(try place.checkpoint(of: "half") == place.checkpoint(of: "whole"))
    let shifts = try ["half", "whole"].map { name in
      let answer = try place.normscope([
        "data-shift", name, "--target", "./d.csv:all", "--resamples", "20", "--format", "json",
      ])
      return try AnswerDocument(json: answer.output).rows.map { row in
        row.filter { !["run", "run_name"].contains($0.key) }
      }
    }
    #expect(shifts[0] == shifts[1] && shifts[0].count > 3)
  }

  @Test("A run of before digests were kept goes on")
  func older() throws {
    try place.normscope(Self.record + ["--data", "./d.csv", "--steps", "10", "--name", "old"])
    let run = try CommandRun(
      "sqlite3",
      [
        "runs.db",
        """
        UPDATE run SET provenance = json_remove(provenance, '$.data.features_digest', '$.data.labels_digest',
          '$.data.columns', '$.data.shape')
        """,
      ], in: place.folder.path)
    try #require(run.exitCode == 0, "\(run.errorOutput)")
    try change("numbers")
    try place.normscope(["record", "--resume", "old", "--steps", "20"])
    // From there on it is known what it was resumed with.
    try change("labels")
    expectOneSentence(
      try place.attempt(["record", "--resume", "old", "--steps", "30"]), exitCode: 65,
      containing: "./d.csv is not the data", "record a new run")
  }

  @Test("A configuration that no run can have is bad data, for resuming as for the network")
  func damagedConfiguration() throws {
    try place.normscope(Self.record + ["--steps", "5", "--name", "a"])
    let change = try CommandRun(
      "sqlite3",
      ["runs.db", "UPDATE run SET configuration = json_set(configuration, '$.epsilon', -1)"],
      in: place.folder.path)
    try #require(change.exitCode == 0, "\(change.errorOutput)")
    for command in [
      ["record", "--resume", "a", "--steps", "9"], ["data-shift", "a", "--corrupt", "invert"],
    ] {
      expectOneSentence(
        try place.attempt(command), exitCode: 65, containing: #""epsilon": -1 is impossible"#)
    }
  }

  @Test("Two data sets are compared by the names of their columns")
  func twoDataSets() throws {
    try write("swapped.csv", "b,a,label") { [$0.b, $0.a, $0.label] }
    try write("other.csv", "height,shoe,label") { [$0.a, $0.b, $0.label] }
    func compare(_ target: String) throws -> CommandRun {
      try place.attempt([
        "data-shift", "--reference", "./d.csv:all", "--target", "./\(target):all",
        "--resamples", "20",
        "--format", "csv",
      ])
    }
    let swapped = try compare("swapped.csv")
    #expect(swapped.exitCode == 0)
    let units = AnswerDocument(csv: swapped.output).rows(of: "unit")
    #expect(units.map { $0["unit"] } == [.text("1"), .text("2")])
    #expect(units.allSatisfy { $0["distinguishable"] == .text("false") })
    expectOneSentence(
      try compare("other.csv"), exitCode: 65, containing: "other has no column \"a\"", "d has")
    // A network reads the columns that it was trained on.
    try place.normscope(Self.record + ["--data", "./d.csv", "--steps", "10", "--name", "a"])
    expectOneSentence(
      try place.attempt([
        "data-shift", "a", "--reference", "./other.csv", "--target", "./other.csv",
        "--resamples", "20",
      ]), exitCode: 65, containing: "no column \"a\"", "the data of the run")
  }

  @Test("Images of another size are not compared, though they have as many pixels")
  func imageSizes() throws {
    for (name, height) in [("wide", 4), ("high", 16)] {
      try FileManager.default.createDirectory(
        atPath: place.folder.file(name), withIntermediateDirectories: false)
      for (part, images) in [("train", 12), ("t10k", 4)] {
        let pixels = (0..<images * 64).map { UInt8($0 * 31 % 256) }
        try place.folder.write(
          [0, 0, 8, 3, 0, 0, 0, UInt8(images), 0, 0, 0, UInt8(height), 0, 0, 0, UInt8(64 / height)]
            + pixels,
          to: "\(name)/\(part)-images-idx3-ubyte")
        try place.folder.write(
          [0, 0, 8, 1, 0, 0, 0, UInt8(images)] + (0..<images).map { UInt8($0 % 2) },
          to: "\(name)/\(part)-labels-idx1-ubyte")
      }
    }
    expectOneSentence(
      try place.attempt([
        "data-shift", "--reference", "wide", "--target", "high", "--resamples", "20",
      ]),
      exitCode: 65, containing: "images of 4x16 and high of 16x4")
  }

  @Test("Parameters for columns of other names are not started from; another order is put right")
  func initFrom() throws {
    try place.normscope(
      Self.record + [
        "--data", "./d.csv", "--steps", "5", "--name", "first", "--save-initial", "first.st",
      ])
    let saved = try SafetensorsContents(place.bytes(of: "first.st"))
    #expect(saved.metadata == ["format": "normscope-initial", "columns": #"["a","b"]"#])
    #expect(
      try SafetensorsContents(place.checkpoint(of: "first")).metadata["columns"] == #"["a","b"]"#)
    try write("swapped.csv", "b,a,label") { [$0.b, $0.a, $0.label] }
    try place.normscope(
      Self.record + [
        "--data", "./swapped.csv", "--steps", "5", "--name", "second", "--init-from", "first.st",
      ])
    #expect(try place.numbers(of: "second") == place.numbers(of: "first"))
    try write("other.csv", "a,c,label") { [$0.a, $0.b, $0.label] }
    expectOneSentence(
      try place.attempt(
        Self.record + ["--data", "./other.csv", "--steps", "5", "--init-from", "first.st"]),
      exitCode: 65, containing: "other has no column \"b\", which first.st has")
  }

  @Test(
    "The features, shape, classes and untrained classes of the data are recorded"
  )
  func told() throws {
    try write("gaps.csv", "a,b,label") { [$0.a, $0.b, $0.label * 3 + 1] }
    let recorded = try place.normscope(
      Self.record + ["--data", "./gaps.csv", "--steps", "2", "--name", "gaps"])
    #expect(
      recorded.errorOutput
        == "normscope: The labels of gaps go up to 4, so that the network has 5 outputs, and no training example has the classes 0, 2, 3.\n"
    )
    let shown = try place.normscope(["show", "gaps"]).output.split(separator: "\n").map {
      $0.split(separator: " ").joined(separator: ",")
    }
    for fact in [
      "provenance.data.features,2", "provenance.data.classes,5",
      "provenance.data.untrained_classes,3",
      "provenance.data.columns,a,b", "provenance.data.shape,1,1,2",
      "provenance.data.train_count,48",
      "provenance.data.test_count,12",
    ] {
      #expect(shown.contains(fact), "\(fact)")
    }
    let digits = try place.normscope(Self.record + ["--steps", "2", "--name", "digits"])
    #expect(digits.errorOutput.isEmpty)
    #expect(
      try place.normscope(["show", "digits", "--format", "json"]).output.contains(
        "\"shape\":[8,8,1]"))
  }
}
