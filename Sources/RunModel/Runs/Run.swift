import StrictJSON

/// A recorded training run, as of when it was read.
public struct Run: Sendable {
  /// The status of a run.
  public enum Status: String, Sendable, CaseIterable {
    /// A process records it.
    case running
    /// It completed all of its steps.
    case finished
    /// Its loss became NaN or infinite, and it stopped there.
    case diverged
    /// It stopped with an error.
    case failed
    /// It was left to be resumed, or its process ended without recording a status.
    case interrupted
    /// Possibly recorded on another machine: its process wrote within the last hour, but not within the last minute.
    case unknown
  }

  /// The key of the run in its store, which differs between copies of a database.
  public let id: Int
  /// The identifier, the same in every copy of the database.
  public let uuid: String
  /// The name, which other runs may have too.
  public let name: String
  /// The status.
  public let status: Status
  /// The reason for the status; nil where there is none to give.
  public let statusReason: String?
  /// The configuration, a JSON object.
  public let configuration: String
  /// The provenance of the run's numbers, a JSON object.
  public let provenance: String
  /// The time of its beginning, UTC, such as 2026-01-31T12:00:00.000Z.
  public let startedAt: String
  /// The time of its last write, UTC.
  public let heartbeatAt: String
  /// The time of its end, UTC; nil before it.
  public let finishedAt: String?
  /// The wall time from its beginning to its last write, seconds.
  public let elapsedSeconds: Double
  /// The part of that time that the recorder took, seconds.
  public let recordingSeconds: Double
  /// The number of recorded steps.
  public let stepCount: Int
  /// The number of steps that could not be written when the run failed; they came after all recorded ones.
  public let droppedStepCount: Int
  /// The tags, by key.
  public let tags: [String: String]
  /// The user's note about the run.
  public let note: String?
  /// The time at which it was moved to the trash, UTC; nil outside the trash.
  public let deletedAt: String?

  /// Describes a run as a store holds it.
  public init(
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

  /// The first eight characters of the identifier.
  public var shortID: String { String(uuid.prefix(8)) }

  /// Whether more of the run may come: a process records it or, on another machine, may.
  package var mayGrow: Bool { [.running, .unknown].contains(status) }

  /// Whether another program sent the run as a stream, whose protocol its provenance names.
  public var isOfAnotherProgram: Bool {
    guard case .object(let provenance)? = JSONValue(text: provenance) else { return false }
    return provenance["protocol"] != nil
  }

  /// The slowdown by recording: elapsed time over elapsed time less the recorder's, at least 1; nil where training did
  /// not wait for the recorder.
  public var recordingSlowdown: Double? {
    guard recordingSeconds > 0 else { return nil }
    let training = elapsedSeconds - recordingSeconds
    return training > 0 ? elapsedSeconds / training : 1
  }
}
