/// The steps at which the moments of the training batch are recorded: `1,10@1000` is every step up to 1,000, then every tenth.
package struct RecordingSchedule: Sendable, Equatable {
  /// A spacing and the first step at which it holds.
  private struct Part: Equatable {
    let start: Int
    let spacing: Int
  }

  /// The parts in order, the first from step 0.
  private let parts: [Part]

  /// A schedule with one spacing.
  package init(every spacing: Int) {
    parts = [Part(start: 0, spacing: spacing)]
  }

  /// Whether `step` is recorded: a multiple of the spacing that holds there.
  package func includes(_ step: Int) -> Bool {
    let part = parts.last { $0.start <= step } ?? parts[0]
    return step % part.spacing == 0
  }

  /// Whether every spacing is a whole number from 1, and each part begins after the one before.
  package var isPossible: Bool {
    parts.allSatisfy { $0.spacing > 0 }
      && zip(parts, parts.dropFirst()).allSatisfy { $0.start < $1.start }
  }
}

extension RecordingSchedule: LosslessStringConvertible {
  /// Reads the notation; nil where it is not one.
  package init?(_ description: String) {
    let texts = description.split(separator: ",", omittingEmptySubsequences: false)
    let parts = texts.enumerated().compactMap { index, text -> Part? in
      let numbers = text.split(separator: "@", omittingEmptySubsequences: false).map { Int($0) }
      guard numbers.count == (index == 0 ? 1 : 2), let spacing = numbers[0],
        let start = index == 0 ? 0 : numbers[1]
      else { return nil }
      return Part(start: start, spacing: spacing)
    }
    guard parts.count == texts.count else { return nil }
    self.parts = parts
  }

  package var description: String {
    parts.map { $0.start == 0 ? "\($0.spacing)" : "\($0.spacing)@\($0.start)" }
      .joined(separator: ",")
  }
}

extension RecordingSchedule: Codable {
  /// Reads a number, or the notation as a string.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let spacing = try? container.decode(Int.self) {
      self.init(every: spacing)
      return
    }
    guard let schedule = RecordingSchedule(try container.decode(String.self)) else {
      throw DecodingError.typeMismatch(
        RecordingSchedule.self,
        DecodingError.Context(
          codingPath: decoder.codingPath,
          debugDescription:
            "a spacing such as 10, or spacings and their first steps such as 1,10@1000"
        ))
    }
    self = schedule
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if parts.count == 1 {
      try container.encode(parts[0].spacing)
    } else {
      try container.encode(description)
    }
  }
}
