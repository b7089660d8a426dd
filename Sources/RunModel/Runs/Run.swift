/// A recorded training run, as it stood when it was read.
public struct Run: Sendable {
  /// How a run stands.
  public enum Status: String, Sendable, CaseIterable {
    /// Its process records it.
    case running
    /// It did all of its steps.
    case finished
    /// Its loss became NaN or infinite, and it stopped there.
    case diverged
    /// It stopped with an error.
    case failed
    /// It was left to be resumed, or its process is gone without saying how it ended.
    case interrupted
    /// It is recorded on another machine, if at all: its process has not written for a minute, but has within the hour.
    case unknown
  }

  /// The key of the run in its store, which differs between copies of a database.
  package let id: Int
  /// Its identifier, the same in every copy of the database.
  public let uuid: String
  /// The name that its user gave it.
  public let name: String
  /// How it stands.
  public let status: Status
  /// Why it ended as it did, where there is something to say.
  public let statusReason: String?
  /// Its configuration, a JSON object.
  public let configuration: String
  /// Where its numbers come from, a JSON object.
  public let provenance: String
  /// When it began, UTC, such as 2026-01-31T12:00:00.000Z.
  public let startedAt: String
  /// When it last wrote, UTC.
  public let heartbeatAt: String
  /// When it ended, UTC; nil while it has not.
  public let finishedAt: String?
  /// Wall time from its beginning to its last write, seconds.
  public let elapsedSeconds: Double
  /// The part of that time that was spent inside the recorder, seconds.
  public let recordingSeconds: Double
  /// How many steps it recorded.
  public let stepCount: Int
  /// How many steps could not be written and were given up when it failed; they came after all that it recorded.
  public let droppedStepCount: Int
  /// Its tags, by key.
  public let tags: [String: String]
  /// What its user wrote about it.
  public let note: String?
  /// Since when it is in the trash, UTC; nil where it is not.
  public let deletedAt: String?

  /// Describes a run as a store holds it.
  package init(
    id: Int, uuid: String, name: String, status: Status, statusReason: String? = nil,
    configuration: String = "{}", provenance: String = "{}", startedAt: String,
    heartbeatAt: String, finishedAt: String? = nil, elapsedSeconds: Double = 0,
    recordingSeconds: Double = 0, stepCount: Int, droppedStepCount: Int = 0,
    tags: [String: String] = [:], note: String? = nil, deletedAt: String? = nil
  ) {
    self.id = id
    self.uuid = uuid
    self.name = name
    self.status = status
    self.statusReason = statusReason
    self.configuration = configuration
    self.provenance = provenance
    self.startedAt = startedAt
    self.heartbeatAt = heartbeatAt
    self.finishedAt = finishedAt
    self.elapsedSeconds = elapsedSeconds
    self.recordingSeconds = recordingSeconds
    self.stepCount = stepCount
    self.droppedStepCount = droppedStepCount
    self.tags = tags
    self.note = note
    self.deletedAt = deletedAt
  }

  /// The first eight characters of the identifier, enough to name it.
  public var shortID: String { String(uuid.prefix(8)) }

  /// How much recording slowed the run: elapsed time over elapsed time less the recorder's, at least 1.
  public var recordingSlowdown: Double {
    let training = elapsedSeconds - recordingSeconds
    return training > 0 ? elapsedSeconds / training : 1
  }
}
