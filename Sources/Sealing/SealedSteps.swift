/// The steps of a sealed block, with the numbers of their rows and of their elements that are not finite.
package struct SealedSteps: Equatable {
  /// The number of step numbers that a block spans.
  package static let span = SealedUnits.stepCount
  private static let version: UInt8 = 1
  private static let headBytes = 2 + span / 8

  /// The first step that the block spans.
  package let start: Int
  /// The steps, in order.
  package private(set) var steps: [Int] = []
  /// The number of rows of each.
  package private(set) var counts: [Int] = []
  /// The number of elements of each that are not finite.
  package private(set) var nonFiniteCounts: [Int] = []

  /// The first step of the block that spans `step`.
  package static func start(of step: Int) -> Int { step - step % span }

  /// The steps that the block spans.
  package var span: ClosedRange<Int> { start...start + SealedSteps.span - 1 }

  /// Describes a block without steps.
  package init(start: Int) { self.start = start }

  /// Adds a step of the block's span that comes after the others.
  package mutating func append(step: Int, count: Int, nonFiniteCount: Int) {
    steps.append(step)
    counts.append(count)
    nonFiniteCounts.append(nonFiniteCount)
  }

  /// Reads stored bytes; nil where they are impossible, have another checksum, or a number greater than `largest`.
  package init?(_ stored: [UInt8], start: Int, largest: Int) {
    guard SealedSteps.areSteps(stored.span), 0...largest - SealedSteps.span ~= start else {
      return nil
    }
    let bytes = Array(stored.dropLast(SealedChecksum.byteCount))
    self.start = start
    for place in 0..<SealedSteps.span where SealedSteps.isThere(place, in: stored.span) {
      steps.append(start + place)
    }
    let numbers = SealedSteps.integers(bytes[SealedSteps.headBytes...])
    let lengths = [1, 2].map { bytes[1] & $0 == 0 ? 1 : steps.count }
    guard !steps.isEmpty, bytes.count == SealedSteps.headBytes + 8 * (lengths[0] + lengths[1]),
      numbers.allSatisfy({ 0...largest ~= $0 })
    else { return nil }
    counts = SealedSteps.spread(numbers[..<lengths[0]], over: steps.count)
    nonFiniteCounts = SealedSteps.spread(numbers[lengths[0]...], over: steps.count)
  }

  /// The place of a step among the steps of its block, from 0.
  ///
  /// - Returns: nil where the block has no such step, or `stored` is not what is stored of a block's steps.
  package static func place(of step: Int, in stored: Span<UInt8>) -> Int? {
    guard step >= 0, areSteps(stored), isThere(step % span, in: stored) else { return nil }
    return (0..<step % span).count { isThere($0, in: stored) }
  }

  private static func areSteps(_ stored: Span<UInt8>) -> Bool {
    SealedChecksum.isRight(stored) && stored.count > headBytes + SealedChecksum.byteCount
      && stored[0] == version && stored[1] < 4
  }

  /// Whether the block has the step with a number among those that it spans.
  private static func isThere(_ number: Int, in stored: Span<UInt8>) -> Bool {
    stored[2 + number / 8] & 1 << (number % 8) != 0
  }

  /// The bytes as they are stored.
  package var bytes: [UInt8] {
    var flags: UInt8 = 0
    var numbers: [Int] = []
    for (bit, each) in [counts, nonFiniteCounts].enumerated() {
      let isSame = each.allSatisfy { $0 == each[0] }
      if !isSame { flags |= 1 << bit }
      numbers += isSame ? [each[0]] : each
    }
    var bytes = [SealedSteps.version, flags]
    bytes += [UInt8](repeating: 0, count: SealedSteps.span / 8)
    for step in steps {
      let bit: UInt8 = 1 << ((step - start) % 8)
      bytes[2 + (step - start) / 8] |= bit
    }
    for number in numbers {
      for byte in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: number >> (8 * byte))) }
    }
    SealedChecksum.append(to: &bytes)
    return bytes
  }

  /// The little-endian int64 numbers in `bytes`.
  private static func integers(_ bytes: ArraySlice<UInt8>) -> [Int] {
    var numbers: [Int] = []
    for (index, byte) in bytes.enumerated() {
      if index % 8 == 0 { numbers.append(0) }
      numbers[numbers.count - 1] |= Int(byte) << (8 * (index % 8))
    }
    return numbers
  }

  private static func spread(_ numbers: ArraySlice<Int>, over count: Int) -> [Int] {
    numbers.count == count
      ? Array(numbers) : Array(repeating: numbers.first ?? 0, count: count)
  }
}
