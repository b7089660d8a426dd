import Reports
import RunModel
import StrictJSON

/// An error about a run that is not there, in one sentence, with the name that was likely meant.
struct UnknownRunError: Error, CustomStringConvertible {
  /// The store's own error.
  let error: StoreError
  /// The name.
  let nearName: String

  /// The sentence.
  var description: String {
    "\(error.description.hasSuffix(".") ? String(error.description.dropLast()) : error.description); did you mean \(nearName.shellWord)?"
  }
}

extension RunFinding {
  /// What `find` finds by `reference`.
  ///
  /// - Throws: as `find` does; for a name that is near a run's, an `UnknownRunError` with that one.
  func suggesting<Found>(
    for reference: String, inTrash: Bool = false, _ find: () throws -> Found
  ) throws -> Found {
    do {
      return try find()
    } catch let error as StoreError where error.kind == .unknownRun {
      guard case .listRuns = error.remedy else { throw error }
      let names = (try? runs(inTrash: inTrash).map(\.name)) ?? []
      guard !names.contains(reference), let near = nearestName(to: reference, among: names) else {
        throw error
      }
      throw UnknownRunError(error: error, nearName: near)
    }
  }
}
