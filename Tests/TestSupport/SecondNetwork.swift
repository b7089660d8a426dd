import Glibc

/// A second network of this machine, with a link to the first one that can be cut, which only root can make.
package final class SecondNetwork {
  /// Whether one can be made here.
  package static let isPossible = (try? SecondNetwork()) != nil

  private struct Refusal: Error {}

  /// The address of this side of the link.
  package let address: String
  private let name: String

  /// Makes one.
  ///
  /// - Throws: where this process may not.
  package init() throws {
    let number = Int.random(in: 0..<60_000)
    name = "nsc\(number)"
    let net = "10.\(200 + number / 1_000 % 50).\(number % 250)"
    address = "\(net).1"
    for command in [
      "netns add \(name)", "link add \(name)a type veth peer name \(name)b",
      "link set \(name)b netns \(name)", "address add \(net).1/24 dev \(name)a",
      "link set \(name)a up", "-n \(name) address add \(net).2/24 dev \(name)b",
      "-n \(name) link set \(name)b up",
    ] { guard try ip(command) == 0 else { throw Refusal() } }
  }

  deinit {
    _ = try? ip("link delete \(name)a")
    _ = try? ip("netns delete \(name)")
  }

  private func ip(_ command: String) throws -> Int32 {
    try CommandRun("ip", command.split(separator: " ").map(String.init)).exitCode
  }

  /// The words before a command that runs there.
  package var prefix: [String] { ["ip", "netns", "exec", name] }

  /// Cuts the link, which says nothing to either side.
  ///
  /// - Throws: what the system says.
  package func cut() throws { _ = try ip("link set \(name)a down") }

  /// Mends the link.
  ///
  /// - Throws: what the system says.
  package func mend() throws { _ = try ip("link set \(name)a up") }
}
