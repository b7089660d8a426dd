import ArgumentParser
import Foundation

/// The program `normscope-serve`: serves the pages of a database until it is stopped.
@main
struct Main: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "normscope-serve",
    abstract: "Show the runs of a database in a browser, live; `normscope serve` starts it.")

  @Option(help: "The database file.")
  var db: String
  @Option(help: "The port to listen on; 0 for any free one.")
  var port: UInt16 = 0
  @Option(help: "The address to listen on, in numbers.")
  var address = "127.0.0.1"
  @Option(help: "A further name under which browsers reach the server, such as that of a proxy.")
  var hostName: [String] = []
  @Flag(help: "Open the first page in a browser.")
  var open = false

  func run() async throws {
    do {
      let address = try usableAddress()
      let server = try PageServer(
        pages: Pages(databasePath: db), address: address, port: port, hostNames: Set(hostName))
      let stop = StopSignal()
      Self.write(server.url + "\n", to: .standardOutput)
      if !address.isLoopback {
        Self.say(
          "other machines can connect with this address, and what is sent is not encrypted, because there is no TLS."
        )
      }
      if open { Browser.open(server.url) }
      try await stop.run { try await server.run() }
    } catch let error as StartError {
      Self.say(error.description)
      throw ExitCode(error.exitStatus)
    } catch {
      Self.say("the server ended: \(error).")
      throw ExitCode(74)
    }
  }

  /// The address, which the options have to fit.
  private func usableAddress() throws(StartError) -> ListenAddress {
    guard let address = ListenAddress(address) else {
      throw StartError("--address takes an address in numbers, such as 127.0.0.1, got \(address).")
    }
    guard address.isLoopback || !open else {
      throw StartError(
        "--open is for the usual address: with another one every user of this machine would see the token; open the address that is printed."
      )
    }
    for name in hostName
    where name.first.map({ "-.".contains($0) }) ?? true
      || !name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-.".contains($0)) })
    {
      throw StartError(
        "--host-name takes a name without a port, such as runs.example.org, got \(name).")
    }
    return address
  }

  private static func say(_ sentence: String) {
    write("normscope: \(sentence)\n", to: .standardError)
  }

  /// Writes text; a reader that is gone is no reason to end.
  private static func write(_ text: String, to file: FileHandle) {
    try? file.write(contentsOf: Data(text.utf8))
  }
}
