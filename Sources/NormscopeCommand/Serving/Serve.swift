import ArgumentParser
import RunStore

/// `normscope serve`: shows the runs of a database in a browser, live.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract:
      "Show runs in a browser, live: a page of all runs, of each run and layer, comparisons.",
    discussion: """
      It prints the address of the page, and serves it until Ctrl-C. It only reads the database. Only this machine can \
      connect; from another one, forward the port: ssh -L 8080:localhost:8080 MACHINE, with --port 8080 there. With \
      --address, other machines can connect; then the address that is printed holds a token, without which nobody sees \
      anything, and what is sent is not encrypted.
      """)

  @Option(help: "The port to listen on; 0 for any free one.")
  var port: UInt16 = 0
  @Option(
    help: ArgumentHelp(
      "The address to listen on, in numbers: 0.0.0.0 for all of this machine.", valueName: "address"
    ))
  var address = "127.0.0.1"
  @Option(
    name: .customLong("host-name"),
    help: ArgumentHelp(
      "A further name under which browsers reach it, such as that of a proxy. Repeatable.",
      valueName: "name"))
  var hostNames: [String] = []
  @Flag(help: "Open the page in a browser, by xdg-open.")
  var open = false
  @OptionGroup var database: DatabaseOption

  func run() throws {
    // The server waits for a database that vanishes; one that was never there is more likely a mistake.
    _ = try database.openFileForReading()
    // Joined by "=", as a value may look like an option.
    let names = hostNames.map { "--host-name=\($0)" }
    try SiblingProgram.become(
      "normscope-serve",
      ["--db=\(database.path)", "--port=\(port)", "--address=\(address)"] + names
        + (open ? ["--open"] : []))
  }
}
