import ArgumentParser
import Reports
import RunModel

/// `normscope remote`: the group of commands on the names of central stores.
struct RemoteCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remote",
    abstract: "Name the central stores that runs are pushed to and pulled from.",
    subcommands: [AddRemote.self, ListRemotes.self, RemoveRemote.self])

  func run() throws {
    throw ValidationError(
      "Name a subcommand, as in `normscope remote list`; `normscope remote --help` lists them.")
  }
}

/// `normscope remote add`: gives a central store a name.
struct AddRemote: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Give a central store a name.",
    discussion: """
      A central store is a database of a PostgreSQL server; the first push makes its tables, in a schema of their own. The \
      name is kept in $XDG_CONFIG_HOME/normscope/remotes, else ~/.config/normscope/remotes. Leave the password out of the URL: \
      like every program of PostgreSQL this one looks for it in ~/.pgpass.

      normscope remote add lab postgresql://ada@db.example.org/runs
      """)

  @Argument(help: "The name.")
  var name: String
  @Argument(help: "The URL, postgresql://USER@HOST/DATABASE.")
  var url: String

  func validate() throws {
    guard !name.isEmpty, name.allSatisfy({ !$0.isWhitespace }), !StoreAddress.isCentral(name) else {
      throw ValidationError("A name of a central store is a word, such as lab, got \"\(name)\".")
    }
    guard StoreAddress.isCentral(url), url.allSatisfy({ !$0.isWhitespace }) else {
      throw ValidationError(
        "A central store is named by a URL such as postgresql://ada@db.example.org/runs, got \"\(url)\"."
      )
    }
  }

  func run() throws {
    var list = try RemoteList()
    guard list[name] == nil else {
      throw ValidationError(
        "There is a central store \(name) already; `normscope remote remove \(name)` removes it.")
    }
    list.add(.init(name: name, url: url))
    try list.write()
    if StoreAddress.holdsPassword(url) {
      Terminal.say(
        "The password in the URL is now in \(RemoteList.path); ~/.pgpass is the better place for it."
      )
    }
  }
}

/// `normscope remote list`: lists the central stores.
struct ListRemotes: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the central stores that have names.")

  func run() throws {
    for remote in try RemoteList().remotes {
      try Terminal.show("\(remote.name) \(StoreAddress.shown(remote.url))\n")
    }
  }
}

/// `normscope remote remove`: forgets a central store.
struct RemoveRemote: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Forget the name of a central store, whose runs stay.")

  @Argument(help: "The name.")
  var name: String

  func run() throws {
    var list = try RemoteList()
    guard list[name] != nil else {
      throw NotRecordedError(
        description: "There is no central store \"\(name)\"; `normscope remote list` lists them.")
    }
    list.remove(name)
    try list.write()
  }
}
