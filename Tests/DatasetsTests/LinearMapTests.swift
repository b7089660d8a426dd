import Datasets
import Network
import Testing

@Suite struct LinearMapTests {
  private let dataset: Dataset

  init() throws { dataset = try Dataset.load("linear-map") }

  /// The map A that takes the first ten examples to their targets, solved for by elimination: row i of it makes
  /// output i.
  private func solvedMap() -> [[Double]] {
    let train = dataset.train
    var rows = (0..<10).map { index in
      (train.features.matrix.row(index) + (train.targets?.row(index) ?? [])).map(Double.init)
    }
    for column in 0..<10 {
      let pivot = (column..<10).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
      rows.swapAt(column, pivot)
      rows[column] = rows[column].map { $0 / rows[column][column] }
      for other in 0..<10 where other != column {
        let factor = rows[other][column]
        rows[other] = zip(rows[other], rows[column]).map { $0 - factor * $1 }
      }
    }
    return (0..<10).map { output in (0..<10).map { rows[$0][10 + output] } }
  }

  @Test("one linear map makes every target of both splits")
  func linear() throws {
    let map = solvedMap()
    for split in [dataset.train, dataset.test] {
      let targets = try #require(split.targets)
      #expect(targets.rows == 1000 && targets.columns == 10)
      for index in 0..<split.count {
        let x = split.features.matrix.row(index).map(Double.init)
        for output in 0..<10 {
          let y = zip(map[output], x).reduce(0) { $0 + $1.0 * $1.1 }
          #expect(abs(y - Double(targets[index, output])) < 1e-3)
        }
      }
    }
  }

  @Test("examples and map are drawn from the standard normal distribution, each split for itself")
  func distribution() {
    func moments(_ numbers: [Double]) -> (mean: Double, variance: Double) {
      let mean = numbers.reduce(0, +) / Double(numbers.count)
      return (
        mean, numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(numbers.count)
      )
    }
    // Four standard errors: of a mean 1/√n, of a variance √(2/n).
    for (numbers, count) in [
      (dataset.train.features.matrix.values.map(Double.init), 10_000.0),
      (dataset.test.features.matrix.values.map(Double.init), 10_000.0),
      (solvedMap().flatMap { $0 }, 100.0),
    ] {
      #expect(Double(numbers.count) == count)
      let (mean, variance) = moments(numbers)
      #expect(abs(mean) < 4 / count.squareRoot())
      #expect(abs(variance - 1) < 4 * (2 / count).squareRoot())
    }
    let rows = [dataset.train, dataset.test].flatMap { split in
      (0..<split.count).map { split.features.matrix.row($0) }
    }
    #expect(Set(rows).count == 2000)
  }

  @Test("it is the same every time, and has 10 outputs, no classes and no images")
  func reproducible() throws {
    let again = try Dataset.load("linear-map")
    #expect(again.train == dataset.train)
    #expect(again.test == dataset.test)
    #expect(dataset.train.count == 1000 && dataset.test.count == 1000)
    #expect(dataset.outputCount == 10 && dataset.classCount == 0)
    #expect(dataset.exampleShape == TensorShape(features: 10))
    #expect(dataset.train.labels.isEmpty)
  }
}
