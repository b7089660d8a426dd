import FlyingSocks
import Glibc

/// The reason why the server cannot start.
struct StartError: Error, CustomStringConvertible {
  /// The sentence for people.
  let description: String
  /// The exit code: 64 for what the options ask for, 75 where another program has the port, 73 otherwise.
  let exitStatus: Int32

  /// Says what is wrong with the options.
  init(_ sentence: String) {
    (description, exitStatus) = (sentence, 64)
  }

  /// Says what `error`, which the system gave for an address, means.
  init(_ error: SocketError?, address: String, port: UInt16) {
    guard case .failed(_, let number, let message) = error else {
      (description, exitStatus) = ("Nothing can listen on \(address):\(port).", 73)
      return
    }
    switch number {
    case EADDRINUSE:
      description =
        "Another program listens on \(address):\(port); name another port with --port, or 0 for any free one."
      exitStatus = 75
    case EACCES:
      description =
        "Only the superuser may listen on port \(port); name one from 1024 on with --port, or 0 for any free one."
      exitStatus = 73
    case EADDRNOTAVAIL:
      description =
        "This machine has no address \(address); name one of its own with --address, or 0.0.0.0 for all of them."
      exitStatus = 64
    default:
      description = "Nothing can listen on \(address):\(port): \(message)."
      exitStatus = 73
    }
  }
}
