/// What a report says beside the records of its runs.
package struct ReportContext: Sendable {
  /// The commands that make the report and its figures again, as they would be typed.
  package var commands: [String]
  /// The default of each key of a configuration, as JSON; keys that have it are folded.
  package var defaults: String
  /// The question that the report answers; nil for a report of runs alone.
  package var lead: ReportLead?

  /// Knows `commands`, and `defaults` as JSON.
  package init(commands: [String] = [], defaults: String = "{}") {
    self.commands = commands
    self.defaults = defaults
  }
}
