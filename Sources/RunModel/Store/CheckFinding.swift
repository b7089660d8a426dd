/// One finding of a check of a database, in one sentence.
public struct CheckFinding: Sendable, Equatable {
  /// The severity of a finding.
  public enum Severity: String, Sendable {
    /// The database holds what recording never writes.
    case fault
    /// Possibly correct, and worth a look.
    case note
  }

  /// The tensor that a finding is about, in the words of the database, which may be damaged.
  public struct Tensor: Sendable, Hashable {
    /// The layer, from 1.
    public let layer: Int
    /// The tap, the population and the statistics mode.
    public let tap, population, statistics: String

    package init(layer: Int, tap: String, population: String, statistics: String) {
      self.layer = layer
      self.tap = tap
      self.population = population
      self.statistics = statistics
    }
  }

  /// The severity of a finding.
  public let severity: Severity
  /// The rule that the database breaks, such as "vector-width".
  public let rule: String
  /// The id of the run; nil for the file as a whole.
  public let run: String?
  /// The tensor; nil for anything else.
  public let tensor: Tensor?
  /// The first and the last step at which it was found; nil where it is not about steps.
  public let steps: ClosedRange<Int>?
  /// The sentence.
  public let message: String

  package init(
    severity: Severity, rule: String, run: String?, tensor: Tensor? = nil,
    steps: ClosedRange<Int>? = nil, message: String
  ) {
    self.severity = severity
    self.rule = rule
    self.run = run
    self.tensor = tensor
    self.steps = steps
    self.message = message
  }
}
