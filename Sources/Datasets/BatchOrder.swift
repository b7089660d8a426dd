package import Network

/// The order in which training sees the examples: each epoch a fresh permutation, cut in batches.
///
/// The examples left over at the end of an epoch, fewer than a batch, are dropped from that epoch,
/// so that every batch has one size. Equal generators give equal orders: two runs can be paired.
package struct BatchOrder: Sendable {
  /// The number of examples of an epoch.
  package let exampleCount: Int
  /// The number of examples of a batch.
  package let batchSize: Int
  private var generator: RandomGenerator
  private var order: [Int] = []
  private var position = 0

  /// Stands before the first batch of the first epoch.
  ///
  /// - Precondition: `batchSize` is in 1...`exampleCount`.
  package init(exampleCount: Int, batchSize: Int, generator: RandomGenerator) {
    precondition(
      batchSize >= 1 && batchSize <= exampleCount,
      "A batch size of \(batchSize) is not in 1...\(exampleCount), the number of examples.")
    self.exampleCount = exampleCount
    self.batchSize = batchSize
    self.generator = generator
  }

  /// The indices of the next batch's examples, `batchSize` of them; a view that copies nothing.
  package mutating func next() -> ArraySlice<Int> {
    if order.isEmpty || position + batchSize > exampleCount {
      order = generator.permutation(exampleCount)
      position = 0
    }
    position += batchSize
    return order[position - batchSize..<position]
  }
}
