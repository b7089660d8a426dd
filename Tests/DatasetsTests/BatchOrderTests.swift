import Datasets
import Network
import Testing

@Suite struct BatchOrderTests {
  private func order(count: Int, batch: Int, seed: UInt64) -> BatchOrder {
    BatchOrder(
      exampleCount: count, batchSize: batch, generator: RandomGenerator(seed: seed, stream: 3))
  }

  @Test(
    "every epoch shows each example at most once, and leaves out fewer than a batch",
    arguments: [(10, 1), (10, 3), (10, 5), (10, 6), (10, 10), (1, 1), (1797, 50)])
  func epochs(count: Int, batch: Int) {
    var order = order(count: count, batch: batch, seed: 5)
    for _ in 0..<4 {
      var seen: [Int] = []
      for _ in 0..<count / batch {
        let rows = order.next()
        #expect(rows.count == batch)
        seen += rows
      }
      #expect(Set(seen).count == seen.count)
      #expect(seen.allSatisfy { (0..<count).contains($0) })
      #expect(count - seen.count < batch)
    }
  }

  @Test("epochs differ in their order, and what one drops another shows")
  func freshEpochs() {
    var order = order(count: 10, batch: 6, seed: 5)
    let epochs = (0..<50).map { _ in Array(order.next()) }
    #expect(Set(epochs).count == 50)
    #expect(Set(epochs.joined()) == Set(0..<10))
  }

  @Test("equal seeds give equal batches for ever, another seed gives others")
  func paired() {
    var a = order(count: 100, batch: 30, seed: 9)
    var b = order(count: 100, batch: 30, seed: 9)
    var c = order(count: 100, batch: 30, seed: 10)
    let batches = (0..<20).map { _ in (Array(a.next()), Array(b.next()), Array(c.next())) }
    #expect(batches.allSatisfy { $0.0 == $0.1 })
    #expect(batches.allSatisfy { $0.0 != $0.2 })
  }

  @Test("a copy goes on alone from where it was taken")
  func copies() {
    var a = order(count: 20, batch: 7, seed: 1)
    _ = a.next()
    var b = a
    let first = (0..<5).map { _ in Array(a.next()) }
    let second = (0..<5).map { _ in Array(b.next()) }
    #expect(first == second)
  }

  @Test("every example is as likely to stand first")
  func uniform() {
    var order = order(count: 5, batch: 5, seed: 2)
    var counts = [0, 0, 0, 0, 0]
    for _ in 0..<10_000 { counts[order.next().first ?? 0] += 1 }
    // 2000 expected, with a standard deviation of 40.
    #expect(counts.allSatisfy { abs($0 - 2000) < 200 })
  }

  @Test("a batch size out of range is the caller's mistake")
  func preconditions() async {
    await #expect(processExitsWith: .failure) {
      _ = BatchOrder(exampleCount: 10, batchSize: 11, generator: RandomGenerator(seed: 0))
    }
    await #expect(processExitsWith: .failure) {
      _ = BatchOrder(exampleCount: 10, batchSize: 0, generator: RandomGenerator(seed: 0))
    }
  }

  @Test("a batch of a few classes has as many examples of each, and every choice is as frequent")
  func classes() {
    // Class 1 is missing, class 3 has one example.
    let labels = (0..<40).map { [0, 2, 4][$0 % 3] } + [3]
    var order = BatchOrder(
      labels: labels, classesPerBatch: 2, batchSize: 6, generator: RandomGenerator(seed: 1))
    var pairs: [Set<Int>: Int] = [:]
    var examples = Array(repeating: 0, count: labels.count)
    for _ in 0..<6000 {
      let batch = order.next()
      #expect(batch.count == 6)
      var counts: [Int: Int] = [:]
      for example in batch {
        counts[labels[example], default: 0] += 1
        examples[example] += 1
      }
      #expect(counts.count == 2 && counts.values.allSatisfy { $0 == 3 })
      pairs[Set(counts.keys), default: 0] += 1
    }
    // Six pairs of four classes; each class is in half of the batches.
    #expect(pairs.count == 6)
    for count in pairs.values { #expect(abs(count - 1000) < 4 * 29) }
    for (example, count) in examples.enumerated() {
      let members = labels.filter { $0 == labels[example] }.count
      let expected = 9000 / Double(members)
      #expect(abs(Double(count) - expected) < 5 * expected.squareRoot() + 1.5 * expected / 9)
    }
  }

  @Test("batches of a few classes follow from the generator, and split unevenly where they must")
  func classesOfSeed() {
    func batches(_ seed: UInt64) -> [[Int]] {
      var order = BatchOrder(
        labels: (0..<20).map { $0 % 4 }, classesPerBatch: 3, batchSize: 7,
        generator: RandomGenerator(seed: seed))
      return (0..<5).map { _ in Array(order.next()) }
    }
    #expect(batches(1) == batches(1) && batches(1) != batches(2))
    for batch in batches(1) {
      let counts = Dictionary(grouping: batch) { $0 % 4 }.mapValues(\.count)
      #expect(counts.values.sorted() == [2, 2, 3])
    }
  }
}
