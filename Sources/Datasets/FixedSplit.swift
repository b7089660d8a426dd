import Network

extension LabeledExamples {
  /// The examples in two disjoint parts, drawn at random so that both have one distribution.
  ///
  /// The permutation depends on the number of examples alone, never on the seed of a run: every run
  /// trains and tests on the same examples.
  ///
  /// - Precondition: `trainCount` is in 0...`count`.
  func fixedSplit(trainCount: Int) -> (train: LabeledExamples, test: LabeledExamples) {
    var generator = RandomGenerator(seed: 1998)
    let order = generator.permutation(count)
    return (selecting(order[..<trainCount]), selecting(order[trainCount...]))
  }

  private func selecting(_ rows: ArraySlice<Int>) -> LabeledExamples {
    var chosen = Matrix(rows: rows.count, columns: features.columns)
    var chosenLabels = Array(repeating: 0, count: rows.count)
    gather(rows, into: &chosen, labels: &chosenLabels)
    return LabeledExamples(
      features: FeatureTable(chosen), labels: chosenLabels, sourceRows: rows.map { sourceRows[$0] })
  }
}
