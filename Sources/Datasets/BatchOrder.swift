package import Network

/// The order in which training sees the examples: each epoch a fresh permutation, cut in batches.
///
/// The examples left over at the end of an epoch, fewer than a batch, are dropped from that epoch,
/// so that every batch has one size. Equal generators give equal orders: two runs can be paired.
///
/// A batch of a few classes draws its classes anew, then as many examples of each, with replacement.
package struct BatchOrder: Sendable {
  /// The number of examples of an epoch.
  package let exampleCount: Int
  /// The number of examples of a batch.
  package let batchSize: Int
  private var generator: RandomGenerator
  private var order: [Int] = []
  private var position = 0
  /// The examples of each class, for batches of `classesPerBatch` of them; empty for epochs.
  private var classes: [[Int]] = []
  private var classesPerBatch = 0

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

  /// Stands before the first batch of `classesPerBatch` classes each.
  ///
  /// - Parameters:
  ///   - labels: the class of each example.
  ///   - classesPerBatch: the number of classes of a batch.
  ///   - batchSize: the number of examples of a batch; where it is no multiple, some classes have one more.
  ///   - generator: the source of random numbers.
  /// - Precondition: there are as many classes, and the batch has an example of each.
  package init(labels: [Int], classesPerBatch: Int, batchSize: Int, generator: RandomGenerator) {
    self.init(exampleCount: labels.count, batchSize: batchSize, generator: generator)
    classes = Array(repeating: [], count: (labels.max() ?? -1) + 1)
    for (example, label) in labels.enumerated() { classes[label].append(example) }
    classes.removeAll(where: \.isEmpty)
    precondition(
      (1...min(classes.count, batchSize)).contains(classesPerBatch),
      "\(classesPerBatch) classes of \(classes.count) do not fit a batch of \(batchSize).")
    self.classesPerBatch = classesPerBatch
    order = Array(repeating: 0, count: batchSize)
  }

  /// The indices of the next batch's examples, `batchSize` of them; a view that copies nothing.
  package mutating func next() -> ArraySlice<Int> {
    guard classes.isEmpty else { return nextOfClasses() }
    if order.isEmpty || position + batchSize > exampleCount {
      order = generator.permutation(exampleCount)
      position = 0
    }
    position += batchSize
    return order[position - batchSize..<position]
  }

  private mutating func nextOfClasses() -> ArraySlice<Int> {
    // The first places of a Fisher–Yates shuffle of the classes.
    for place in 0..<classesPerBatch {
      classes.swapAt(place, place + generator.index(below: classes.count - place))
    }
    for position in 0..<batchSize {
      let members = classes[position * classesPerBatch / batchSize]
      order[position] = members[generator.index(below: members.count)]
    }
    return order[...]
  }
}
