/// The secret that a browser must know where the server listens to other machines: 256 random bits in hexadecimal digits.
struct AccessToken: Sendable {
  /// The digits.
  let text: String

  /// Makes a new one from the system's source of random bits.
  init() {
    var random = SystemRandomNumberGenerator()
    text = (0..<4).map { _ in
      let digits = String(random.next() as UInt64, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }

  /// Whether `candidate` is the token, found in a time that does not depend on how much of it is right.
  func matches(_ candidate: some StringProtocol) -> Bool {
    let (own, other) = (Array(text.utf8), Array(candidate.utf8))
    guard own.count == other.count else { return false }
    return zip(own, other).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
