import Ingest
import RunModel
import RunStore
import StrictJSON
import Training

/// The lines on standard output by which a sender learns what is recorded.
///
/// A sender that reads no longer, or too slowly, is not waited for: training must not stop for it.
struct Acknowledgments {
  private var isHeard: Bool
  private var newestStep: Int?

  /// Writes lines where `isWanted`.
  init(isWanted: Bool) {
    isHeard = isWanted
  }

  /// Says which run is recorded, where, and which step may follow first.
  mutating func tell(of run: Run, in database: String, nextStep: Int) {
    write([
      ("type", "recording"), ("protocol", .integer(Int128(RecordingProtocol.version))),
      ("version", .string(toolVersion)), ("run", .string(run.uuid)),
      ("name", .string(run.name)), ("database", .string(database)),
      ("next_step", .integer(Int128(nextStep))),
    ])
  }

  /// Says which step is the newest in the file, if it is another one than before.
  mutating func tell(durableStep step: Int?) {
    guard isHeard, let step, step != newestStep, Readiness.ofStandardOutput else { return }
    newestStep = step
    write([("type", "durable"), ("step", .integer(Int128(step)))])
  }

  /// Says how the run ended.
  mutating func tell(ofEnd status: Run.Status) {
    write([("type", "ended"), ("status", .string(status.rawValue))])
  }

  private mutating func write(_ members: [(key: String, value: JSONValue)]) {
    guard isHeard else { return }
    let text = members.map { "\(jsonStringLiteral($0.key)):\($0.value.json)" }
    do {
      try Terminal.write("{" + text.joined(separator: ",") + "}\n")
    } catch {
      isHeard = false
    }
  }
}
