/// The histogram of a tensor as an event has it.
package struct EventHistogram: Sendable, Equatable {
  /// The edges of the bins, increasing; one more than bins.
  package let edges: [Double]
  /// The number of values in each bin.
  package let counts: [Double]
  /// The number of values below the first edge.
  package let underflow: Double
  /// The number of values above the last edge.
  package let overflow: Double

  /// Describes a histogram.
  ///
  /// - Precondition: there is one edge more than there are bins, and one bin or more.
  package init(edges: [Double], counts: [Double], underflow: Double, overflow: Double) {
    precondition(
      edges.count == counts.count + 1 && !counts.isEmpty,
      "\(counts.count) bins cannot have \(edges.count) edges.")
    self.edges = edges
    self.counts = counts
    self.underflow = underflow
    self.overflow = overflow
  }

  /// The message `HistogramProto`.
  ///
  /// Each bucket has an upper limit; the first begins at the least value, the last ends at the greatest one. Values outside
  /// the edges are in buckets without width on the outer edges, which are there only where they are needed. The sums take
  /// each value for the middle of its bucket.
  var message: ProtobufMessage {
    let (first, last) = (edges[0], edges[edges.count - 1])
    let middles = zip(edges, edges.dropFirst()).map { $0 + ($1 - $0) / 2 }
    let places = [first] + middles + [last]
    let all = [underflow] + counts + [overflow]
    let weighted = zip(places, all)
    let limits = (underflow > 0 ? [first] : []) + edges.dropFirst() + (overflow > 0 ? [last] : [])
    let buckets = (underflow > 0 ? [underflow] : []) + counts + (overflow > 0 ? [overflow] : [])
    var message = ProtobufMessage()
    message.add(1, first)
    message.add(2, last)
    message.add(3, all.reduce(0, +))
    message.add(4, weighted.reduce(0) { $0 + $1.0 * $1.1 })
    message.add(5, weighted.reduce(0) { $0 + $1.0 * $1.0 * $1.1 })
    message.add(6, packed: limits)
    message.add(7, packed: buckets)
    return message
  }
}
