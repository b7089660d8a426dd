import NumPyArchive
package import RunModel
import ShiftAnalysis

/// A run as an .npz file, whose arrays `numpy.load` reads by name.
///
/// - `step/`: `step`, `loss`, `accuracy` and `learning_rate` of each step; NaN where a number is unknown.
/// - `evaluation/SPLIT/STATISTICS/`: `step`, `loss` and `accuracy` of each evaluation.
/// - `layer/`: `number`, `name` (empty where there is none) and `folder` of each layer.
/// - `FOLDER/TAP/POPULATION/STATISTICS/` of each tensor: `step` and `count`, [steps]; `mean` and `variance`, and `gamma` and
///   `beta` where it has them, float32 [steps, units].
package enum NumPyExport {
  /// Writes a run; the bytes go to `output`, piece by piece, and are the same for the same data.
  ///
  /// - Throws: `StoreError`, or what `output` throws.
  package static func write(
    _ run: Run, in database: some RunReading,
    _ output: @escaping (_ bytes: [UInt8]) throws -> Void
  ) throws {
    var archive = NumPyArchive(output)
    let sites = try database.sites(of: run)
    let folders = LayerFolders(RunLayers(sites))
    try addSteps(of: run, in: database, to: &archive)
    try addEvaluations(of: run, in: database, to: &archive)
    try archive.add("layer/number", folders.layers.map(\.number))
    try archive.add("layer/name", folders.layers.map { $0.name ?? "" })
    try archive.add("layer/folder", folders.layers.map { folders.folder(of: $0.number) })
    for site in sites {
      try add(site, folders.path(of: site.site), in: database, to: &archive)
    }
    try archive.finish()
  }

  private static func addSteps(
    of run: Run, in database: some RunReading, to archive: inout NumPyArchive
  ) throws {
    var steps: [Int] = []
    var (losses, accuracies, rates): ([Double], [Double], [Double]) = ([], [], [])
    try database.forEachStep(of: run) { step in
      steps.append(step.step)
      losses.append(step.loss ?? .nan)
      accuracies.append(step.accuracy ?? .nan)
      rates.append(step.learningRate ?? .nan)
    }
    try archive.add("step/step", steps)
    try archive.add("step/loss", losses)
    try archive.add("step/accuracy", accuracies)
    try archive.add("step/learning_rate", rates)
  }

  private static func addEvaluations(
    of run: Run, in database: some RunReading, to archive: inout NumPyArchive
  ) throws {
    let series = Dictionary(grouping: try database.evaluations(of: run)) { evaluation in
      "evaluation/\(LayerFolders.escaped(evaluation.split.rawValue))/\(evaluation.statistics.rawValue)"
    }
    for (path, evaluations) in series.sorted(by: { $0.key < $1.key }) {
      try archive.add("\(path)/step", evaluations.map(\.step))
      try archive.add("\(path)/loss", evaluations.map { $0.loss ?? .nan })
      try archive.add("\(path)/accuracy", evaluations.map { $0.accuracy ?? .nan })
    }
  }

  /// Adds the moments of a tensor, each array by a pass of its own, so that none is in memory.
  private static func add(
    _ recorded: RecordedSite, _ path: String, in database: some RunReading,
    to archive: inout NumPyArchive
  ) throws {
    let steps = try database.steps(at: recorded)
    try archive.add("\(path)/step", steps)
    var counts: [Int] = []
    func add(_ name: String, withAffine: Bool, _ vector: (borrowing Moment) -> [Float]) throws {
      try archive.begin(
        "\(path)/\(name)", .float32, shape: [steps.count, recorded.site.width])
      counts = []
      try database.forEachMoment(at: recorded, withAffine: withAffine) { moment in
        counts.append(moment.count)
        try archive.append(vector(moment).span)
      }
      try archive.end()
    }
    try add("mean", withAffine: false) { $0.mean }
    try add("variance", withAffine: false) { $0.variance }
    if recorded.site.epsilon != nil {
      try add("gamma", withAffine: true) { $0.gamma }
      try add("beta", withAffine: true) { $0.beta }
    }
    try archive.add("\(path)/count", counts)
  }
}
