import Safetensors
import StrictJSON

/// The moments of several batches under the same weights, of which the noise follows.
package struct NoiseMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable { case type, step, noise }
  /// The keys of a batch.
  package enum BatchKey: String, CaseIterable { case count, mean, variance }

  /// The moments of one batch.
  package struct Batch: Sendable {
    /// The number of rows.
    let count: Int
    /// The mean of each feature.
    let mean: [Float]
    /// The biased variance of each feature.
    let variance: [Float]
  }

  /// The batches of the tensors.
  package enum Batches: Sendable {
    /// Batches by the names of their tensors.
    case named([String: [Batch]])
    /// Batches as the columns of a frame, an entry for each pair of a batch and a tensor.
    case columns(MomentColumns)
  }

  /// The step whose weights the batches passed through.
  package let step: Int
  /// The batches.
  package let batches: Batches

  init(_ value: JSONValue, _ frame: SafetensorsFile?) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    step = try fields.step(.step)
    if let frame {
      try fields.requireAbsence(of: .noise)
      batches = .columns(try NoiseMessage.columns(frame))
    } else {
      batches = .named(
        try NoiseMessage.batches(fields.required(.noise, fields.object(.noise))))
    }
  }

  /// The batches of a frame, which have the moments that noise is computed of, and no others.
  private static func columns(_ frame: SafetensorsFile) throws(MisfitError) -> MomentColumns {
    let needed: [MomentColumns.Column] = [.tensor, .count, .mean, .variance]
    if let other = frame.tensors.map(\.name).first(where: { name in
      !needed.contains { $0.rawValue == name }
    }) {
      throw MisfitError(
        predicate:
          "has the tensor \(quotedExcerpt(other)), of which no noise is computed; leave it out.")
    }
    return try MomentColumns(frame)
  }

  private static func batches(_ members: [String: JSONValue]) throws(MisfitError) -> [String:
    [Batch]]
  {
    var batches: [String: [Batch]] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      guard case .array(let list) = value else {
        throw MisfitError(at: Key.noise.rawValue, name, predicate: "is not a list of batches.")
      }
      batches[name] = []
      for (index, value) in list.enumerated() {
        do {
          batches[name, default: []].append(try Batch(value))
        } catch {
          throw error.inside(index).inside(name).inside(Key.noise.rawValue)
        }
      }
    }
    return batches
  }
}

extension NoiseMessage.Batch {
  init(_ value: JSONValue) throws(MisfitError) {
    let fields = try JSONFields<NoiseMessage.BatchKey>(value)
    count = try fields.required(.count, fields.integer(.count, in: RecordingProtocol.rows))
    mean = try fields.required(.mean, fields.vector(.mean))
    variance = try fields.required(.variance, fields.vector(.variance))
  }
}
