import TestSupport
import Testing

@Suite("A stream that is wrong, or cut, in its last message")
struct IngestFaultTests {
  let place: RecordedFolder

  init() throws { place = try RecordedFolder() }

  @Test(
    "A last line without its end is cut where it is right as far as it goes, else wrong",
    arguments: [
      (#"{"type": "step", "step": 0, "st"#, true), (#"{"type": "step", "step": tru"#, true),
      (#"{"type": "step", "step": 0, "loss": 1."#, true),
      (#"{"type": "event", "step": 0, "kind": "note", "message": "\u00"#, true), ("{", true),
      (#"{"type": "step", "step": 0, "step": 1}"#, false), (#"{"type": "step" 0"#, false),
      (#"{"type": "step", "step": trap"#, false), (#"{"type": "step", "step": 0}}"#, false),
      ("\u{0}\u{1}{", false),
    ])
  func lastLine(line: String, isCut: Bool) throws {
    try place.folder.write(IngestTests.begin + "\n" + line, to: "run.ndjson")
    let run = try place.attempt(["ingest", "run.ndjson"])
    expectOneSentence(
      run, exitCode: 65, containing: isCut ? "in the middle of line 2" : "Line 2 ")
    #expect(try place.details(of: "sent").status == (isCut ? "interrupted" : "failed"))
  }

  @Test("A stream in the wrong encoding, or of no input, is named")
  func encodings() throws {
    for (bytes, sentence) in [
      (Array("{\u{0}\"\u{0}t\u{0}y\u{0}".utf8), "Message 1 is text in UTF-16; send it in UTF-8."),
      (Array((IngestTests.begin + "\n").utf8) + [9, 0, 0, 0, 0, 0, 0, 0], "Line 2 is no text"),
    ] {
      try place.folder.write(bytes, to: "run.ndjson")
      expectOneSentence(
        try place.attempt(["ingest", "run.ndjson"]), exitCode: 65, containing: sentence)
    }
    expectOneSentence(
      try place.attempt(["ingest", ""]), exitCode: 64, containing: "The name of the file is empty")
    let closed = try StartedCommand(
      "bash", ["-c", "\"$0\" ingest --db runs.db <&-", CommandRun.productPath("normscope")],
      in: place.folder.path
    ).wait()
    #expect(closed.errorOutput.contains("Standard input cannot be read"), "\(closed.errorOutput)")
  }

  @Test(
    "A run cannot have a blank name, or one that means another run", arguments: [" ", "", "latest"])
  func names(name: String) throws {
    let begin = IngestTests.begin.replacing(#""name": "sent""#, with: #""name": "\#(name)""#)
    try place.folder.write(begin + "\n", to: "run.ndjson")
    expectOneSentence(
      try place.attempt(["ingest", "run.ndjson"]), exitCode: 65,
      containing: "name in line 1 is \"\(name)\", which cannot be the name of a run.")
  }

  @Test(
    "A run fails where the disk is full, however little room is left",
    .enabled(if: SmallDisk.isPossible, "a file system in memory cannot be made here"),
    arguments: [2184, 2196, 2208, 2220])
  func fullDisk(kilobytes: Int) throws {
    let disk = try SmallDisk(bytes: kilobytes << 10)
    let ones = Array(repeating: "1", count: 2000).joined(separator: ",")
    try disk.folder.write(
      """
      echo '{"type":"begin","protocol":1,"name":"full","tensors":[{"name":"a","units":2000}]}'
      for step in $(seq 0 399); do
        echo '{"type":"step","step":'$step',"moments":{"a":{"count":8,"mean":[\(ones)],"variance":[\(ones)]}}}' || exit
        sleep 0.05
      done
      """, to: "send.sh")
    let database = disk.folder.file("runs.db")
    let run = try StartedCommand(
      "bash",
      [
        "-c", "bash send.sh 2>/dev/null | \"$0\" ingest --db runs.db",
        CommandRun.productPath("normscope"),
      ],
      in: disk.folder.path
    ).wait()
    #expect(
      run.exitCode == 74 && run.errorOutput.contains("The disk is full"), "\(run.errorOutput)")
    let runs = try place.answer(["runs", "--db", database])
    #expect(runs.texts(of: "status") == ["failed"])
    #expect(try place.answer(["db", "check", "--db", database]).rows(of: "fault").isEmpty)
  }
}
