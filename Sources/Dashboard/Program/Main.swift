import ArgumentParser

/// The program `normscope-serve`: serves the pages of a database until it is stopped.
@main
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "normscope-serve",
    abstract: "Show the runs of a database in a browser, live.")

  @Option(help: "The database file.")
  var db: String
  @Option(help: "The port to listen on; 0 for any free one.")
  var port: UInt16 = 0

  func run() async throws {
    let server = PageServer(pages: Pages(databasePath: db), port: port)
    try await server.run()
  }
}
