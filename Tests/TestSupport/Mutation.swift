/// A copy of `bytes` with up to four places changed, cut out, filled in, doubled or cut off.
///
/// - Parameters:
///   - bytes: the bytes of a good file.
///   - telling: bytes that mean something in its format, which are put in as often as all others.
///   - generator: decides.
/// - Returns: the damaged file.
package func mutated(
  _ bytes: [UInt8], telling: [UInt8], by generator: inout some RandomNumberGenerator
) -> [UInt8] {
  var bytes = bytes
  for _ in 0...Int.random(in: 0..<4, using: &generator) where !bytes.isEmpty {
    let place = Int.random(in: bytes.indices, using: &generator)
    let any = UInt8.random(in: 0...255, using: &generator)
    let byte =
      Bool.random(using: &generator) ? telling.randomElement(using: &generator) ?? any : any
    switch Int.random(in: 0..<8, using: &generator) {
    case 0: bytes.remove(at: place)
    case 1: bytes.insert(byte, at: place)
    case 2: bytes += bytes[place...]
    case 3 where Int.random(in: 0..<4, using: &generator) == 0: bytes.removeSubrange(place...)
    case 4: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
    default: bytes[place] = byte
    }
  }
  return bytes
}
