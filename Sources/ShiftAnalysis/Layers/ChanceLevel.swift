package import RunModel

/// The accuracies that a classifier has near chance, by the number of its classes.
package struct ChanceLevel: Sendable, Equatable {
  /// The number of classes, at least 2.
  package let classCount: Int

  /// The level for a number of classes; nil for fewer than two.
  package init?(classCount: Int) {
    guard classCount > 1 else { return nil }
    self.classCount = classCount
  }

  /// The level of a network whose last layer, which nothing normalizes, has an output for each class; nil where that is
  /// not known.
  package init?(_ sites: [Site]) {
    guard let last = sites.map(\.layer).max() else { return nil }
    let outputs = sites.filter { $0.layer == last && $0.tap != .input }
    guard outputs.allSatisfy({ $0.epsilon == nil }) else { return nil }
    self.init(classCount: outputs.map(\.width).max() ?? 0)
  }

  private var share: Double { 1 / Double(classCount) }
  /// The excess of an accuracy over chance that classes of different sizes and few examples explain: half of chance, but no
  /// more than 5 points, because 75 % of two classes is not near chance.
  private var margin: Double { min(share / 2, 0.05) }

  /// The largest accuracy that is near chance, a share.
  package var limit: Double { share + margin }
  /// The smallest accuracy of a network that has learned beyond doubt, a share.
  package var learned: Double { share + 4 * margin }
}
