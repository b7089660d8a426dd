/// A series of any length, held as the means of a bounded number of equal parts.
package struct PooledSeries: Sendable {
  /// A part of the series.
  private struct Part {
    var sum = 0.0
    var count = 0
    var mean: Double { sum / Double(count) }
  }

  private var parts: [Part] = []
  /// The number of values in each part but the last one.
  private var partSize = 1
  /// The largest number of parts.
  private let capacity: Int
  /// The newest value; nil before the first one.
  package private(set) var last: Double?

  /// An empty series of at most `capacity` parts, an even number.
  package init(capacity: Int = 512) {
    precondition(capacity > 0 && capacity % 2 == 0, "A capacity of \(capacity) is odd or zero.")
    self.capacity = capacity
  }

  /// The mean of each part, the oldest first; NaN or infinite where a value is.
  package var means: [Double] { parts.map(\.mean) }

  /// Appends a value.
  package mutating func append(_ value: Double) {
    last = value
    if parts.last.map({ $0.count == partSize }) ?? true {
      if parts.count == capacity { halve() }
      parts.append(Part())
    }
    parts[parts.count - 1].sum += value
    parts[parts.count - 1].count += 1
  }

  /// Joins each two neighbors.
  private mutating func halve() {
    parts = stride(from: 0, to: parts.count, by: 2).map { index in
      Part(
        sum: parts[index].sum + parts[index + 1].sum,
        count: parts[index].count + parts[index + 1].count)
    }
    partSize *= 2
  }
}
