import Safetensors
import StrictJSON

/// The end of a step, which makes it visible with all since the step before it.
package struct StepMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable {
    case type, step, loss, accuracy
    case learningRate = "learning_rate"
    case batchSize = "batch_size"
    case duration, moments
  }

  /// The step.
  package let step: Int
  /// The loss on the batch; nil where it is unknown.
  package let loss: Double?
  /// The share of the batch that was classified correctly; nil where it is unknown.
  package let accuracy: Double?
  /// The learning rate, finite; nil where it is unknown.
  package let learningRate: Double?
  /// The number of examples in the batch; nil where it is unknown.
  package let batchSize: Int?
  /// The seconds that the step took, finite; nil where they are unknown.
  package let duration: Double?
  /// The moments of the training batch.
  package let moments: MomentSet?

  init(_ value: JSONValue, _ frame: SafetensorsFile?) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    step = try fields.step(.step)
    loss = try fields.figure(.loss)
    accuracy = try fields.share(.accuracy)
    learningRate = try fields.finiteNumber(.learningRate)
    batchSize = try fields.integer(.batchSize, in: RecordingProtocol.counts)
    duration = try fields.finiteNumber(.duration)
    if let duration, duration < 0 { throw fields.misfit(.duration, wanted: "a number from 0") }
    moments = try fields.moments(.moments, frame)
  }
}
