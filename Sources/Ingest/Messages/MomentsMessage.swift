import Safetensors
import StrictJSON

/// Moments that are added to the current step.
package struct MomentsMessage: Sendable {
  /// The keys of the message.
  package enum Key: String, CaseIterable { case type, step, moments }

  /// The step whose weights the moments were taken under.
  package let step: Int
  /// The moments.
  package let moments: MomentSet

  init(_ value: JSONValue, _ frame: SafetensorsFile?) throws(MisfitError) {
    let fields = try JSONFields<Key>(value)
    step = try fields.step(.step)
    let moments = try fields.moments(.moments, frame)
    self.moments = try frame == nil ? fields.required(.moments, moments) : moments ?? .named([:])
  }
}

extension JSONFields {
  /// The step that a required key names.
  func step(_ key: Key) throws(MisfitError) -> Int {
    try required(key, integer(key, in: RecordingProtocol.steps))
  }

  /// The share that an optional key names: from 0 to 1, or NaN.
  func share(_ key: Key) throws(MisfitError) -> Double? {
    guard let share = try figure(key) else { return nil }
    guard share.isNaN || (0...1).contains(share) else {
      throw misfit(key, wanted: "a number from 0 to 1")
    }
    return share
  }

  /// Checks that a frame has no vectors in its text.
  func requireAbsence(of key: Key) throws(MisfitError) {
    guard has(key) else { return }
    throw MisfitError(
      at: key.rawValue, predicate: "is in a frame, whose moments are its tensors; leave it out.")
  }

  /// The moments of a message, from its columns where it is a frame.
  func moments(_ key: Key, _ frame: SafetensorsFile?) throws(MisfitError) -> MomentSet? {
    if let frame {
      try requireAbsence(of: key)
      return frame.tensors.isEmpty ? nil : .columns(try MomentColumns(frame))
    }
    guard let members = try object(key) else { return nil }
    var moments: [String: MomentVectors] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      do {
        moments[name] = try MomentVectors(value)
      } catch {
        throw error.inside(name).inside(key.rawValue)
      }
    }
    return .named(moments)
  }
}
