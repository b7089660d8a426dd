/// The identifiers of runs: random UUIDs of version 4 (RFC 9562, section 5.4).
///
/// `UUID()` of Foundation begins with zeros where the file `/dev/urandom` is missing, as in a bare chroot; the generator of
/// the standard library asks the kernel.
package enum RunIdentifier {
  /// A new identifier, in lower case.
  package static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    return random(using: &generator)
  }

  /// An identifier made of 128 bits of `generator`.
  static func random(using generator: inout some RandomNumberGenerator) -> String {
    let high = generator.next() & ~0xF000 | 0x4000
    let low = generator.next() & ~(0xC0 << 56) | 0x80 << 56
    let digits = [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
    var rest = digits[...]
    return [8, 4, 4, 4, 12].map { length in
      defer { rest = rest.dropFirst(length) }
      return String(rest.prefix(length))
    }.joined(separator: "-")
  }
}
