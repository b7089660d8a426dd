package import RunModel
import ShiftAnalysis
import StrictJSON

/// Reports one run: its status, configuration and provenance, its last figures, and which tensors it recorded.
package enum RunDetailReport {
  /// The answer: a row for the run, one for each of its last evaluations, and one for each site.
  ///
  /// - Throws: `StoreError`.
  package static func answer(_ run: Run, in database: any RunReading) throws -> Answer {
    let recorded = try database.sites(of: run)
    let sites = try recorded.map {
      (site: $0.site, recordedSteps: try database.steps(at: $0).count)
    }
    let layers = RunLayers(recorded)
    return Answer(
      omission: layers.all.count > WorstFirst.limit
        ? "of each of \(layers.all.count) layers the first tensor" : nil,
      [
        try .runs([run], isWhole: true, in: database),
        .evaluations(try database.lastEvaluations(of: run), of: run),
        .sites(sites, of: run, layers),
      ])
  }

  /// The configuration of `run` alone, JSON on several lines.
  ///
  /// - Throws: `StoreError` where it is not JSON.
  package static func configuration(of run: Run) throws -> String {
    guard let configuration = JSONValue(text: run.configuration) else {
      throw StoreError(.badDatabase, "The configuration of run \(run.shortID) is not JSON.")
    }
    return configuration.indentedJSON + "\n"
  }
}
