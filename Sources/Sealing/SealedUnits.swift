import CElementwise

/// Numbers of up to 16 units at up to 128 steps, packed without loss into the bits by which they lie above the smallest of
/// their unit.
///
/// The header of CElementwise describes the bytes, which their checksum follows.
package enum SealedUnits {
  /// The most units that are sealed together.
  package static let unitCount = Int(elementwise_sealed_units)
  /// The most steps that are sealed together.
  package static let stepCount = Int(elementwise_sealed_steps)

  /// The numbers of a sealed step, which has the index `step` among the steps; nil where the bytes are no sealed numbers, have
  /// no such step, or another checksum.
  package static func numbers(of sealed: Span<UInt8>, step: Int) -> [Float]? {
    guard step >= 0, SealedChecksum.isRight(sealed) else { return nil }
    let numbers = unsafe [Float](unsafeUninitializedCapacity: unitCount) { buffer, count in
      count = unsafe sealed.withUnsafeBufferPointer { sealed in
        unsafe elementwise_unseal_step(
          sealed.baseAddress, sealed.count - SealedChecksum.byteCount, step, buffer.baseAddress)
      }
    }
    return numbers.isEmpty ? nil : numbers
  }
}
