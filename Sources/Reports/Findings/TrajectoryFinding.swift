import RunModel
import ShiftAnalysis
import Statistics

/// The finding on the paths of a run's layers: which is the longest, how direct it was, and which layers settled.
struct TrajectoryFinding {
  private let trajectories: [LayerTrajectory]
  private let run: Run
  private let labels: LayerLabels

  /// Prepares the finding.
  init(_ trajectories: [LayerTrajectory], of run: Run, _ labels: LayerLabels) {
    self.trajectories = trajectories
    self.run = run
    self.labels = labels
  }

  /// The sentences on the paths in `measure`.
  func sentences(_ measure: ShiftMeasure) -> [String] {
    let paths = trajectories.compactMap { trajectory in
      trajectory.pathLength.map { (trajectory: trajectory, length: $0) }
    }
    guard let longest = paths.max(by: { $0.length < $1.length }) else {
      return ["\(run.words): no layer has a path, which needs two records with a defined distance."]
    }
    let path = longest.trajectory
    let place = path.steps.map { " over steps \($0.lowerBound) to \($0.upperBound)" } ?? ""
    let only = paths.count == 1 ? "moved along a path of" : "has the longest path,"
    guard longest.length > 0 else { return ["\(run.words): no layer moved\(place)."] }
    let displacement =
      path.displacement.map {
        "; its end is \(Phrase.number($0)) from its start"
          + (path.tortuosity.map { ", a path of \(Phrase.number($0)) times that" } ?? "")
      } ?? ""
    return [
      "\(run.words): \(labels.words(of: path.layer)) \(only) \(measure.words(longest.length))\(place)\(displacement)."
    ] + [settled].compactMap { $0 } + noise
  }

  /// The sentence on how the squared distance grows with the lag.
  var lagSentences: [String] {
    let curves = trajectories.compactMap {
      trajectory -> (layer: Int, first: Double, last: Double, lag: Int)? in
      guard let first = trajectory.lagCurve.first ?? nil, first > 0,
        let place = trajectory.lagCurve.lastIndex(where: { $0 != nil }), place > 0,
        let last = trajectory.lagCurve[place]
      else { return nil }
      return (trajectory.layer, first, last, place + 1)
    }
    guard let largest = curves.max(by: { $0.first < $1.first }) else {
      return ["\(run.words): no layer has a distance above 0 at two lags."]
    }
    let factor = Phrase.number(largest.last / largest.first)
    return [
      "\(run.words): in \(labels.words(of: largest.layer)), which moves most from record to record, squared W2 grows \(factor) times "
        + "from lag 1 to lag \(largest.lag): noise alone would leave it 1, a random walk make it \(largest.lag), a straight "
        + "path \(largest.lag * largest.lag)."
    ] + noise
  }

  private var settled: String? {
    let settled = trajectories.compactMap { trajectory -> (layer: Int, step: Int)? in
      guard let step = trajectory.settlingStep, let steps = trajectory.steps,
        step < steps.upperBound
      else { return nil }
      return (trajectory.layer, step)
    }
    guard let last = settled.max(by: { $0.step < $1.step }) else {
      return "No layer came within a tenth of the way to its end before its last record."
    }
    guard settled.count > 1 else {
      return
        "Within a tenth of the way to its end from step \(last.step) on: \(labels.words(of: last.layer))."
    }
    return
      "\(settled.count) of \(trajectories.count) layers are within a tenth of the way to their end from step \(last.step) on or before."
  }

  private var noise: [String] {
    trajectories.contains { $0.coordinates.hasSamplingNoise }
      ? ["Part of this is sampling noise of the batches, which lengthens a path with each record."]
      : []
  }
}
