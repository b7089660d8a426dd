import Datasets
import Network
import RunModel
import Statistics
import Training

/// The condition number of the Hessian of a linear model's mean squared error on the inputs as training reads them: the
/// largest over the smallest eigenvalue of E[x̃x̃ᵀ], where x̃ is x and a constant 1.
struct InputCondition: StudyMeasure {
  var words: String { "condition number of the Hessian of a linear model" }

  /// The most features; more take minutes.
  private static let mostFeatures = 256

  func value(of run: RecordedArm) throws -> Double {
    let recorded = try run.network()
    let train = recorded.dataset.train.features
    guard train.columns <= InputCondition.mostFeatures else {
      throw StudyError(
        run, lacks: "condition number: its data have \(train.columns) features",
        "measure data of at most \(InputCondition.mostFeatures).")
    }
    let examples = recorded.examples(train.matrix)
    let width = train.columns
    return InputCondition.condition(of: examples.values, features: width)
  }

  /// The condition number for [examples, features].
  static func condition(of values: [Float], features: Int) -> Double {
    let count = values.count / features
    var sums = Array(repeating: 0.0, count: (features + 1) * (features + 1))
    for example in 0..<count {
      let row = values[example * features..<(example + 1) * features].map(Double.init) + [1]
      for first in 0...features {
        for second in 0...first {
          sums[first * (features + 1) + second] += row[first] * row[second] / Double(count)
        }
      }
    }
    let eigenvalues = SymmetricMatrix(size: features + 1) { sums[$0 * (features + 1) + $1] }
      .eigenvalues
    let (smallest, largest) = (eigenvalues[0], eigenvalues[features])
    // Below rounding it is 0: a feature that is constant or a sum of others.
    return smallest > largest * 1e-14 ? largest / smallest : .infinity
  }
}
