import Network

extension Dataset {
  /// A made task whose two features have very different ranges: the height h of a person in meters and the weight w in
  /// grams, of which neither alone gives the class.
  ///
  /// h ~ N(1.7, 0.1), b ~ N(24, 4) and w = 1000 · b · h²; the class is 0 where the body mass index b is below 22, 1 where it
  /// is from 22 to 26, and 2 above. Equal for every run; 1000 examples to train on, 1000 to test on.
  static func heightsAndWeights() throws(DatasetError) -> Dataset {
    func examples(stream: UInt64) -> LabeledExamples {
      let count = 1000
      var generator = RandomGenerator(seed: 1998, stream: stream)
      var features = Matrix(rows: count, columns: 2)
      var labels: [Int] = []
      for row in 0..<count {
        let height = 1.7 + 0.1 * generator.normal()
        let index = 24 + 4 * generator.normal()
        features[row, 0] = Float(height)
        features[row, 1] = Float(1000 * index * height * height)
        labels.append(index < 22 ? 0 : index <= 26 ? 1 : 2)
      }
      return LabeledExamples(features: FeatureTable(features), labels: labels)
    }
    return try Dataset(
      name: "heights-and-weights",
      source:
        "Drawn: height h ~ N(1.7, 0.1) in meters, weight w = 1000·b·h² in grams with b ~ N(24, 4), class 0 for b < 22, "
        + "1 for 22...26, 2 above; the same for every run; 1000 training and 1000 test examples.",
      train: examples(stream: 1), test: examples(stream: 2), columns: ["height", "weight"])
  }
}
