package import RunModel
import StrictJSON

/// The loss and the accuracy on a split of the data.
package struct EvaluationMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable {
    case type, step, split, statistics, loss, accuracy, count
  }

  /// The number of updates before it.
  package let step: Int
  /// The split.
  package let split: EvaluationRecord.Split
  /// The statistics mode of batch norm.
  package let statistics: StatisticsMode
  /// The mean loss; nil where it is unknown.
  package let loss: Double?
  /// The share of examples that were classified correctly; nil where it is unknown.
  package let accuracy: Double?
  /// The number of examples; nil where it is unknown.
  package let count: Int?

  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    step = try fields.step(.step)
    let word = try fields.required(.split, fields.text(.split))
    guard let split = EvaluationRecord.Split(rawValue: word) else {
      throw fields.misfit(.split, wanted: "a word without spaces and (),=<>")
    }
    self.split = split
    statistics = try fields.choice(.statistics, of: StatisticsMode.self) ?? .none
    loss = try fields.figure(.loss)
    accuracy = try fields.share(.accuracy)
    count = try fields.integer(.count, in: RecordingProtocol.counts)
  }
}
