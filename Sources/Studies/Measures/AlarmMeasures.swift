import RunModel
import ShiftAnalysis
import Training

/// The number of alarms at a layer in a range of steps.
struct AlarmCount: StudyMeasure {
  /// The layer, from 1.
  let layer: Int
  /// The first step; 0 where it is nil.
  let from: Int?
  /// The last step; the last one where it is nil.
  let to: Int?
  /// The detector; the usual one where it is nil.
  let detector: AlarmDetector?

  var words: String {
    "alarms at layer \(layer)" + (to.map { " up to step \($0)" } ?? "") + detector.words
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
  }

  func value(of run: RecordedArm) throws -> Double {
    let steps = try run.alarmSteps(layer: layer, detector)
    return Double(steps.count { $0 >= from ?? 0 && $0 <= to ?? .max })
  }
}

/// The number of steps from a change of the data to the first alarm at a layer; infinite where there is none.
struct AlarmDelay: StudyMeasure {
  /// The layer, from 1.
  let layer: Int
  /// The step of the change.
  let from: Int
  /// The detector; the usual one where it is nil.
  let detector: AlarmDetector?

  var words: String {
    "steps from step \(from) to the first alarm at layer \(layer)" + detector.words
  }

  var fault: String? {
    firstFault(("layer", layer, MeasureRange.layers))
  }

  func lack(in configuration: RunConfiguration) -> StudyLack? {
    configuration.lack(ofLayer: layer)
  }

  func value(of run: RecordedArm) throws -> Double {
    let first = try run.alarmSteps(layer: layer, detector).first { $0 >= from }
    return first.map { Double($0 - from) } ?? .infinity
  }
}

extension AlarmDetector: Decodable {}

extension AlarmDetector? {
  /// The end of a measure's words.
  fileprivate var words: String { map { ", detector \($0.rawValue)" } ?? "" }
}

extension RecordedArm {
  /// The steps of the alarms at the preactivation of a layer, in order.
  fileprivate func alarmSteps(layer: Int, _ detector: AlarmDetector?) throws -> [Int] {
    var query = SiteQuery()
    query.layers = LayerSelection(layer)
    query.population = AlarmDetector.usualPopulation
    return try store.alarms(of: run, query, by: detector ?? .standardizedCUSUM).flatMap(\.alarms)
      .map(\.step)
  }
}
