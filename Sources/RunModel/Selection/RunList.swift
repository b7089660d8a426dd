/// A list of runs that is asked for.
package struct RunList: Sendable {
  /// A field by which runs are ordered.
  package struct Key: Sendable {
    package let field: RunField
    /// Whether the largest value comes first.
    package let isDescending: Bool

    package init(_ field: RunField, isDescending: Bool) {
      (self.field, self.isDescending) = (field, isDescending)
    }
  }

  /// Whether it is of the runs in the trash; otherwise of those outside it.
  package let inTrash: Bool
  /// Whether the newest run comes first; otherwise the oldest.
  package let newestFirst: Bool
  /// The fields by which they are ordered, and then by time.
  ///
  /// Missing values and NaN come last.
  package let order: [Key]
  /// What is true of the runs; nil for all of them.
  package let condition: FilterExpression?
  /// The number of runs after which no more are asked for, as far as it is known; nil for all of them.
  package let count: Int?

  package init(
    inTrash: Bool, newestFirst: Bool, order: [Key] = [], condition: FilterExpression? = nil,
    count: Int? = nil
  ) {
    self.inTrash = inTrash
    self.newestFirst = newestFirst
    self.order = order
    self.condition = condition
    self.count = count
  }
}
