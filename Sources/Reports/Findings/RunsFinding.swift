import RunModel
import ShiftAnalysis
import Statistics

/// What a comparison of three or more runs found: which of them moved least and most, and which is the most accurate.
struct RunsFinding {
  private let figures: [RunFigures]
  private let names: [String]

  /// Prepares the finding.
  init(_ figures: [RunFigures]) {
    self.figures = figures
    names = RunNames(figures.map(\.run)).all
  }

  /// The sentences.
  var sentences: [String] { [movement, accuracy] }

  private var movement: String {
    let populations = Set(figures.flatMap { $0.movements.map(\.coordinates.population.rawValue) })
    guard populations.count < 2 else {
      return "The runs recorded other examples, so how far they moved is not compared."
    }
    // By the numbers of the first run.
    let distances = figures.map { other in
      let pairs = LayerPairs(figures[0].layers, other.layers)
      return Dictionary(
        other.movements.compactMap { movement -> (Int, Double)? in
          guard let layer = pairs.first(of: movement.layer), let total = movement.distances.total
          else { return nil }
          return (layer, total)
        }
      ) { $1 }
    }
    let common = distances.map { Set($0.keys) }.reduce(Set(distances[0].keys)) {
      $0.intersection($1)
    }
    let medians = distances.map { distances in
      UnitAggregate.median.summary(of: common.map { distances[$0] ?? .nan }).value
    }
    guard !common.isEmpty, let (least, most) = ends(medians) else {
      return
        "The runs have no layer in common whose distance is defined, so how far they moved is not compared."
    }
    let what =
      common.count == 1
      ? "W2 of the one layer in common" : "W2, median over the \(common.count) layers in common"
    return
      "From the start to the end \(names[least.run]) moved least, \(Phrase.number(least.value)), and "
      + "\(names[most.run]) most, \(Phrase.number(most.value)) (\(what))."
  }

  private var accuracy: String {
    let last = figures.map { $0.primaryEvaluations.last }
    let accuracies = last.map { $0?.accuracy.flatMap { $0.isNaN ? nil : $0 } }
    guard let (least, most) = ends(accuracies), let split = figures[0].split else {
      return "No two of the runs have an accuracy on one split."
    }
    return
      "The \(split.rawValue) accuracy is highest in \(names[most.run]), \(Phrase.percent(most.value)), and lowest in "
      + "\(names[least.run]), \(Phrase.percent(least.value))."
  }

  /// The smallest and the largest of the values of runs; nil where fewer than two have one.
  private func ends(_ values: [Double?]) -> (
    least: (run: Int, value: Double), most: (run: Int, value: Double)
  )? {
    let known = values.enumerated().compactMap { run, value in value.map { (run: run, value: $0) } }
    guard known.count > 1, let least = known.min(by: { $0.value < $1.value }),
      let most = known.max(by: { $0.value < $1.value })
    else { return nil }
    return (least, most)
  }
}
