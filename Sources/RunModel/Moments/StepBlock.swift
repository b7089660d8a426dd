/// The lengths of the blocks of steps that a store pools while it records: 128, 1,024, 8,192, … step numbers.
package enum StepBlock {
  /// The number of step numbers in the shortest block.
  ///
  /// With blocks of 32 steps, blocks would take 1.8 % of a long run's file; with 128 they take 0.5 %.
  package static let shortest = 128
  /// The number of blocks of one length that the next length spans.
  package static let ratio = 8

  /// The longest block of at most `steps` step numbers; 1 where none is that short.
  package static func longest(within steps: Int) -> Int {
    guard shortest <= steps else { return 1 }
    var block = shortest
    while block <= steps / ratio { block *= ratio }
    return block
  }
}
