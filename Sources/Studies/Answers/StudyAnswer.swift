package import Reports
import Statistics

/// The answer of one study, or of several.
///
/// People read the verdict in sentences and the figures of each arm; programs have a row for each criterion, and one for
/// each measured figure of a run.
package enum StudyAnswer {
  /// The answer of one study.
  package static func answer(_ outcome: StudyOutcome) -> Answer {
    Answer(
      finding: StudySentences(outcome).finding, notes: StudySentences(outcome).notes,
      [claims(outcome), arms(outcome), criteria([outcome]), measured([outcome])])
  }

  /// The answer of several studies, with a row for each.
  package static func answer(_ outcomes: [StudyOutcome]) -> Answer {
    let counts = StudyVerdict.allCases.map { verdict in
      (verdict, outcomes.count { $0.verdict == verdict })
    }
    let words = counts.filter { $0.1 > 0 }.map { "\($0.1) \($0.0.words(of: $0.1))" }
    return Answer(
      finding: ["Of \(outcomes.count) studies: \(words.joined(separator: ", "))."],
      [studies(outcomes), criteria(outcomes), measured(outcomes)])
  }

  /// The studies that there are.
  package static func list(of studies: [Study]) -> Answer {
    let columns = [
      Column.text("study").key, .text("question").prose, .text("source").for(.programs),
    ]
    let table = AnswerTable("study", columns) { rows in
      for study in studies { try rows.row(study.name, study.question, study.source) }
    }
    return Answer(
      notes: ["\(studies.count) studies; study show NAME prints one with its source"], [table])
  }

  private static func studies(_ outcomes: [StudyOutcome]) -> AnswerTable {
    let exceptions = StudyVerdict.allCases.filter { $0 != .holds }.map(\.rawValue)
    let columns = [
      Column.text("study").key, .text("verdict").key.excepting(Set(exceptions)),
      .text("answer").prose,
    ]
    return AnswerTable("study", columns) { rows in
      for outcome in outcomes {
        try rows.row(
          outcome.study.name, outcome.verdict.rawValue, StudySentences(outcome).conclusion)
      }
    }
  }

  private static func claims(_ outcome: StudyOutcome) -> AnswerTable {
    let verdicts = StudyVerdict.allCases.filter { $0 != .holds }.map(\.rawValue)
    let columns = [
      Column.text("verdict").key.excepting(Set(verdicts)), .text("figure").key,
      .text("by the seeds").key, .text("wanted").key, .text("claim").key.prose,
    ]
    return AnswerTable("claim", for: .people, columns) { rows in
      for found in outcome.criteria {
        try rows.row(
          found.test.verdict.rawValue, StudySentences.estimate(found), StudySentences.spread(found),
          StudySentences.bounds(found.criterion.bounds), found.criterion.claim)
      }
    }
  }

  private static func arms(_ outcome: StudyOutcome) -> AnswerTable {
    let columns = [
      Column.text("measure"), .text("arm").key, .number("median").key, .number("smallest"),
      .number("largest"),
    ]
    return AnswerTable("arm", for: .people, columns) { rows in
      for (measure, arm, measured) in outcome.measurements {
        let figures = Figures(measured)
        try rows.row(measure.words, arm, figures.median, figures.smallest, figures.largest)
      }
    }
  }

  private static func criteria(_ outcomes: [StudyOutcome]) -> AnswerTable {
    let columns = [
      Column.text("study"), .number("criterion"), .text("claim"), .text("figure"),
      .text("verdict"), .number("estimate"), .number("interval_low"), .number("interval_high"),
      .number("at_least"), .number("at_most"), .text("test"), .number("seeds"),
    ]
    return AnswerTable("criterion", for: .programs, columns) { rows in
      for outcome in outcomes {
        for (index, found) in outcome.criteria.enumerated() {
          let (criterion, test) = (found.criterion, found.test)
          try rows.row(
            [
              outcome.study.name, index + 1, criterion.claim, criterion.words,
              test.verdict.rawValue, test.estimate, test.interval?.lowerBound,
              test.interval?.upperBound, criterion.bounds.atLeast, criterion.bounds.atMost,
              test.name, test.figures.count,
            ] as [any CellConvertible])
        }
      }
    }
  }

  private static func measured(_ outcomes: [StudyOutcome]) -> AnswerTable {
    let columns =
      Column.run + [
        Column.text("study"), .number("criterion"), .text("arm"), .text("measure"),
        .number("seed"), .number("value"),
      ]
    return AnswerTable("measured", for: .programs, columns) { rows in
      for outcome in outcomes {
        for (index, found) in outcome.criteria.enumerated() {
          for (operand, values) in zip(found.criterion.operands, found.measured) {
            for (seed, value) in zip(outcome.study.seeds, values) {
              rows.share(outcome.run(arm: operand.arm, seed: seed)?.cells ?? [])
              try rows.row(
                outcome.study.name, index + 1, operand.arm, operand.measure.words, Int(seed),
                value)
            }
          }
        }
      }
    }
  }
}
