import RunModel
import ShiftAnalysis
import StrictJSON

/// A run as JSON: what `runs`, `show` and `export` say of it.
struct RunDocument: Encodable {
  let id: String
  let name: String
  let status: String
  let statusReason: String?
  let startedAt: String
  let heartbeatAt: String
  let finishedAt: String?
  let steps: Int
  let droppedSteps: Int
  let elapsedSeconds: Double
  let recordingSeconds: Double
  let recordingSlowdown: Double
  let tags: [String: String]
  let note: String?
  let deletedAt: String?
  let configuration: JSONValue
  let provenance: JSONValue
  let lastStep: StepDocument?
  let finalEvaluations: [EvaluationDocument]

  private enum CodingKeys: String, CodingKey {
    case id, name, status, steps, tags, note, configuration, provenance
    case statusReason = "status_reason"
    case startedAt = "started_at"
    case heartbeatAt = "heartbeat_at"
    case finishedAt = "finished_at"
    case droppedSteps = "dropped_steps"
    case elapsedSeconds = "elapsed_seconds"
    case recordingSeconds = "recording_seconds"
    case recordingSlowdown = "recording_slowdown"
    case deletedAt = "deleted_at"
    case lastStep = "last_step"
    case finalEvaluations = "final_evaluations"
  }

  init(_ run: Run, in database: any RunReading) throws {
    id = run.uuid
    name = run.name
    status = run.status.rawValue
    statusReason = run.statusReason
    startedAt = run.startedAt
    heartbeatAt = run.heartbeatAt
    finishedAt = run.finishedAt
    steps = run.stepCount
    droppedSteps = run.droppedStepCount
    elapsedSeconds = run.elapsedSeconds
    recordingSeconds = run.recordingSeconds
    recordingSlowdown = run.recordingSlowdown
    tags = run.tags
    note = run.note
    deletedAt = run.deletedAt
    configuration = JSONValue(text: run.configuration) ?? .null
    provenance = JSONValue(text: run.provenance) ?? .null
    lastStep = try database.lastStep(of: run).map(StepDocument.init)
    finalEvaluations = try database.finalEvaluations(of: run).map(EvaluationDocument.init)
  }
}

/// A step as JSON.
struct StepDocument: Encodable {
  let step: Int
  let loss: Double
  let accuracy: Double
  let learningRate: Double
  let batchSize: Int
  let durationSeconds: Double

  private enum CodingKeys: String, CodingKey {
    case step, loss, accuracy
    case learningRate = "learning_rate"
    case batchSize = "batch_size"
    case durationSeconds = "duration_seconds"
  }

  init(_ step: StepRecord) {
    self.step = step.step
    loss = step.loss
    accuracy = step.accuracy
    learningRate = step.learningRate
    batchSize = step.batchSize
    durationSeconds = step.duration
  }
}

/// An evaluation as JSON.
struct EvaluationDocument: Encodable {
  let step: Int
  let split: String
  let statistics: String
  let loss: Double
  let accuracy: Double
  let count: Int

  init(_ evaluation: EvaluationRecord) {
    step = evaluation.step
    split = evaluation.split.rawValue
    statistics = evaluation.statistics.rawValue
    loss = evaluation.loss
    accuracy = evaluation.accuracy
    count = evaluation.count
  }
}
