import ArgumentParser
import Reports
import ShiftAnalysis
import Statistics

/// A page of help about what answers mean, rather than about a command.
enum HelpTopic: String, CaseIterable {
  case coordinates, measures, noise, sql

  /// The topic that the arguments ask for, as `help measures` does; nil for anything else.
  init?(_ arguments: some Collection<String>) {
    guard arguments.count == 2, arguments.first == "help" else { return nil }
    self.init(rawValue: arguments[arguments.index(after: arguments.startIndex)])
  }

  /// The page, its lines as wide as the terminal.
  func page(columns: Int) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indent = String(repeating: " ", count: HelpTopic.indent(below: line))
      let lines = line.wrapped(toWidth: columns, laterWidth: columns - indent.count)
      return lines.joined(separator: "\n" + indent) + "\n"
    }.joined()
  }

  /// The column at which the rest of a line begins: where the text behind the name in a list begins.
  private static func indent(below line: Substring) -> Int {
    let name = line.drop { $0 == " " }
    guard name.startIndex > line.startIndex else { return 0 }
    return name.firstRange(of: "  ").map { gap in
      line.count - name[gap.lowerBound...].drop { $0 == " " }.count
    } ?? 4
  }

  private var text: String {
    switch self {
    case .coordinates:
      """
      COORDINATES: what a shift is the shift of.

        tap         which tensor of a layer: input, preactivation (x·W + b), activation (what batch norm reads behind the nonlinearity) or normalized (batch norm's output)
        population  which examples: batch, the training batch of the step; probe, a fixed held-out batch evaluated with the step's weights, so that only the weights moved
        statistics  what batch norm normalized with: batch, the examples' own mean and variance; running, the averages kept while training; precise and ioffe, those of a pass over training examples; none without batch norm
        reference   what it is compared with: \(ReferencePoint.notations)

      On the batch that it normalizes, the output of batch norm has mean beta and variance gamma² σ²/(σ² + ε), whatever its input does: there the normalized tap shows the parameters.
      normscope help noise says which part of a batch's shift is sampling.
      """
    case .measures:
      """
      MEASURES: how far a distribution moved from its reference; μ and σ are a unit's mean and standard deviation, 1 at the reference.

      \(ShiftMeasure.allCases.map { HelpTopic.line($0.rawValue, "\($0.definition), \($0.unit)") }.joined(separator: "\n"))

      From recorded histograms:
      \(HistogramMeasure.allCases.map { HelpTopic.line($0.rawValue, "\($0.definition), \($0.unit)") }.joined(separator: "\n"))

      shift --measure takes several, separated by commas; each is summed up over the units of a layer by --aggregate: \(UnitAggregate.allCases.map(\.rawValue).joined(separator: ", ")).
      """
    case .noise:
      """
      NOISE: training batches differ, even where nothing moved.

      While a run is recorded, extra batches through fixed weights measure rho = m·Var(batch mean)/σ² and the effective kurtosis of each unit. Rho is 1 for independent rows and far below 1 behind a batch norm.
      A shift of the batch population is then shown beside these:

        squared_nw2      squared W2 over the variance measured with the noise, mean over units
        floor            the part of it that sampling alone explains
        debiased         the difference, with its approximate 95 % confidence interval
        distinguishable  whether squared_nw2 is at least twice its floor; in a short table ~ marks what is not

      Up to one step in five passes by chance, several in a row do not. The probe has no sampling noise. Pooled steps have no floor.
      """
    case .sql:
      """
      SQL: one statement that reads, such as

        normscope sql "SELECT name, step, loss FROM run JOIN step ON step.run = run.id ORDER BY loss LIMIT 5"

      \(SQLCommand.configuration.discussion)
      """
    }
  }

  private static func line(_ name: String, _ text: String) -> String {
    "  " + name + String(repeating: " ", count: max(1, 18 - name.count)) + text
  }
}
