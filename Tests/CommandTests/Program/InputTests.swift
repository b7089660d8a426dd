import FoundationEssentials
import TestSupport
import Testing

@Suite("The inputs of commands: pipes where possible, files where necessary")
struct InputTests {
  let place: RecordedFolder

  init() throws {
    place = try RecordedFolder()
    try place.folder.write(#"{"layers": [4], "steps": 3, "probe": 0}"#, to: "run.json")
  }

  /// Runs a command line of bash, in which `$0` is the program; one that hangs ends by a signal.
  func shell(_ line: String) throws -> CommandRun {
    try CommandRun(
      "timeout", ["-s", "KILL", "60", "bash", "-c", line, CommandRun.productPath("normscope")],
      in: place.folder.path)
  }

  @Test(
    "A configuration and parameters come through a pipe",
    arguments: [
      #""$0" record --db runs.db --config <(cat run.json)"#,
      #"cat run.json | "$0" record --db runs.db --config /dev/stdin"#,
      #""$0" record --db runs.db --config /dev/stdin < run.json"#,
      #"mkfifo p; (cat run.json > p) & "$0" record --db runs.db --config p"#,
      #""$0" record --db x.db --config run.json --save-initial s && "$0" record --db runs.db --config run.json --init-from <(cat s)"#,
      #""$0" record --db runs.db --config run.json --save-initial >(cat > s) && sleep 0.2 && test -s s"#,
    ])
  func pipes(line: String) throws {
    let run = try shell(line)
    #expect(run.exitCode == 0, "\(run.errorOutput)")
    #expect(try place.details(of: "latest").steps == 3)
  }

  @Test(
    "An endless or silent input is refused at once",
    arguments: [
      (#"mkfifo p; "$0" record --data ./p"#, "is no regular file"),
      (#""$0" record --data /dev/zero"#, "is no regular file"),
      (#""$0" record --data /dev/null"#, "is no regular file"),
      (#""$0" record --data <(cat run.json)"#, "is no regular file"),
      (
        #"mkdir i; for p in train t10k; do mkfifo i/$p-images-idx3-ubyte i/$p-labels-idx1-ubyte; done; "$0" record --data ./i"#,
        "is no regular file"
      ),
      (#""$0" record --config /dev/zero"#, "is a device"),
      (#""$0" record --init-from /dev/zero"#, "is a device"),
      (#"yes | "$0" record --config /dev/stdin"#, "more than 16 MiB"),
      (#"mkfifo p; "$0" runs --db p"#, "not a regular file"),
      (#""$0" runs --db /dev/zero"#, "not a regular file"),
      (#"mkfifo p; "$0" record --steps 1 --db p"#, "not a regular file"),
      (#""$0" record --steps 1 --db /dev/null"#, "not a regular file"),
    ])
  func endless(line: String, part: String) throws {
    expectOneSentence(try shell(line), exitCode: 65, containing: part)
  }

  @Test("A network of more layers than anybody has is refused at once")
  func layers() throws {
    try place.folder.write(
      "{\"layers\": [" + String(repeating: "1,", count: 1_000_000) + "1]}", to: "deep.json")
    expectOneSentence(
      try place.attempt(["record", "--config", "deep.json"]), exitCode: 64,
      containing: "1000001 hidden layers")
  }
}
