/// A list of runs that is asked for.
package struct RunList: Sendable {
  /// Whether it is of the runs in the trash; otherwise of those outside it.
  package let inTrash: Bool
  /// Whether the newest run comes first; otherwise the oldest.
  package let newestFirst: Bool
  /// What is true of the runs; nil for all of them.
  package let condition: FilterExpression?
  /// The number of runs after which no more are asked for, as far as it is known; nil for all of them.
  package let count: Int?

  package init(
    inTrash: Bool, newestFirst: Bool, condition: FilterExpression? = nil, count: Int? = nil
  ) {
    self.inTrash = inTrash
    self.newestFirst = newestFirst
    self.condition = condition
    self.count = count
  }
}
