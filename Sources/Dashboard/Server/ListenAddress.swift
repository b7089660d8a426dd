import FlyingSocks
import FoundationEssentials
import Glibc

/// An address in numbers, of IPv4 or IPv6, on which the server listens.
struct ListenAddress: Sendable {
  /// The address as a URL has it, IPv6 in brackets.
  let host: String
  /// Whether only this machine can connect to it.
  let isLoopback: Bool
  /// Whether it means all addresses of the machine.
  let isWildcard: Bool
  private let numbers: String
  private let isIPv6: Bool

  /// Reads an address, of which `localhost` is another name for 127.0.0.1; nil where it is none.
  init?(_ text: String) {
    let text = text == "localhost" ? "127.0.0.1" : text
    let storage =
      (try? sockaddr_in.inet(ip4: text, port: 0).makeStorage())
      ?? (try? sockaddr_in6.inet6(ip6: text, port: 0).makeStorage())
    switch try? storage.map(Socket.makeAddress(from:)) {
    case .ip4(let numbers, _):
      (self.numbers, host, isIPv6) = (numbers, numbers, false)
      isLoopback = numbers.hasPrefix("127.")
      isWildcard = numbers == "0.0.0.0"
    case .ip6(let numbers, _):
      (self.numbers, host, isIPv6) = (numbers, "[\(numbers)]", true)
      isLoopback = numbers == "::1"
      isWildcard = numbers == "::"
    default: return nil
    }
  }

  /// A socket that listens on `port`, or on a free one where that is 0, with its port.
  ///
  /// - Throws: `StartError`.
  func listen(port: UInt16) throws(StartError) -> (socket: Socket, port: UInt16) {
    do {
      let socket = try Socket(domain: isIPv6 ? AF_INET6 : AF_INET)
      do {
        try socket.setValue(true, for: .localAddressReuse)
        if isIPv6 {
          try socket.bind(to: sockaddr_in6.inet6(ip6: numbers, port: port))
        } else {
          try socket.bind(to: sockaddr_in.inet(ip4: numbers, port: port))
        }
        try socket.listen()
        switch try socket.sockname() {
        case .ip4(_, let port), .ip6(_, let port): return (socket, port)
        case .unix: return (socket, port)
        }
      } catch {
        try? socket.close()
        throw error
      }
    } catch {
      throw StartError(error as? SocketError, address: host, port: port)
    }
  }
}
