import FoundationEssentials
import Reports
import RunModel
import RunStore
import ShiftAnalysis
import Testing

@Suite("The report of two groups")
struct GroupComparisonReportTests {
  let runs: RecordedRuns

  init() throws { runs = try RecordedRuns() }

  func comparison(pairs count: Int, points: Int? = nil) throws -> GroupComparison {
    for seed in 1...count {
      for hasBatchNorm in [false, true] {
        try runs.complete(
          "\(hasBatchNorm)-\(seed)", hasBatchNorm: hasBatchNorm,
          configuration: #"{"seed": \#(seed)}"#)
      }
    }
    return try comparison(points: points)
  }

  /// The runs with "true" in their names against the others.
  func comparison(points: Int? = nil) throws -> GroupComparison {
    let all = try runs.database.runs()
    let groups = (all.filter { $0.name < "true" }, all.filter { $0.name >= "true" })
    return try GroupComparison(
      RunPairs(groups, by: .configuration("seed"), named: "config.seed", in: runs.database),
      points: points, in: runs.database)
  }

  struct Document: Decodable {
    struct Row: Decodable {
      let quantity: String
      let pairs: Int
      let first_median, second_median, sign_test_p, smallest_p: Double
      let second_larger, second_smaller, ties: Int
    }

    struct Pair: Decodable, Equatable {
      let pair, first_run, first_run_name, second_run, second_run_name: String
    }

    /// A row of either kind.
    enum Record: Decodable {
      case pair(Pair)
      case quantity(Row)

      init(from decoder: any Decoder) throws {
        let kind = try decoder.container(keyedBy: Key.self).decode(String.self, forKey: .record)
        self = kind == "pair" ? .pair(try Pair(from: decoder)) : .quantity(try Row(from: decoder))
      }

      enum Key: CodingKey { case record }
    }

    let schema: Int
    let notes: [String]
    let records: [Record]

    enum CodingKeys: String, CodingKey {
      case schema, notes
      case records = "rows"
    }

    var pairs: [Pair] { records.compactMap { if case .pair(let pair) = $0 { pair } else { nil } } }
    var rows: [Row] { records.compactMap { if case .quantity(let row) = $0 { row } else { nil } } }
  }

  func json(_ comparison: GroupComparison) throws -> Document {
    let text = try GroupComparisonReport.answer(comparison).text(.json)
    return try JSONDecoder().decode(Document.self, from: Data(text.utf8))
  }

  @Test("The finding has the size, the number of pairs, the spread and what a sign test can say")
  func finding() throws {
    let few = GroupComparisonReport.answer(try comparison(pairs: 1)).finding
    #expect(
      few == [
        "Over 1 pair, test accuracy with running statistics is the same in the second group (97.0 %, median).",
        "The second group moved as far in both layers: layer 1 0.4 against 0.4 sd and layer 2 0.8 against 0.8 sd (nw2 at the end, in sd at each run's own start).",
        "1 pair cannot reach p = 0.05 in a sign test, which takes 6 or more.",
      ])
    for seed in 2...6 {
      for (name, accuracy) in [("false", 0.5), ("true", 0.5 + 0.01 * Double(seed))] {
        let recorder = try runs.recorder(
          "\(name)-\(seed)", configuration: #"{"seed": \#(seed)}"#)
        try runs.steps(0..<40, recorder) { _ in 1 }
        recorder.record(
          EvaluationRecord(
            step: 40, split: .test, statistics: .none, loss: 1, accuracy: accuracy, count: 100))
        try recorder.end(.finished)
      }
    }
    let answer = GroupComparisonReport.answer(try comparison())
    // Differences of 0 and of 0.02 to 0.06; the first pair's accuracies, of 0.97, set the spread.
    #expect(
      answer.finding == [
        "Over 6 pairs, test accuracy with running statistics is 3.5 points higher in the second group (median; in 5 of 6 pairs): 54.5 % against 50.0 %. That does not exceed the spread of a group's runs, 47.0 points (smallest to largest).",
        "A sign test of the first difference gives p = 0.063.",
      ])
    let series = GroupComparisonReport.seriesAnswer(try comparison(points: 2))
    #expect(series.finding.isEmpty)
  }

  @Test("Programs read which runs were compared, a row for each pair")
  func pairs() throws {
    let pairs = try json(comparison(pairs: 2)).pairs
    let runs = Dictionary(grouping: try runs.database.runs(), by: \.name)
    func pair(_ seed: Int) throws -> Document.Pair {
      let (first, second) = ("false-\(seed)", "true-\(seed)")
      return Document.Pair(
        pair: "\(seed)", first_run: try #require(runs[first]?.first).uuid, first_run_name: first,
        second_run: try #require(runs[second]?.first).uuid, second_run_name: second)
    }
    #expect(
      try Set(pairs.map(\.pair)) == ["1", "2"] && pairs.contains(pair(1)) && pairs.contains(pair(2))
    )
    let series = try GroupComparisonReport.seriesAnswer(comparison(points: 2)).text(.ndjson)
    #expect(series.split(separator: "\n").count { $0.contains("\"record\":\"pair\"") } == 2)
  }

  @Test("Every row fits into 80 columns, and people read the numbers that programs read")
  func table() throws {
    let comparison = try comparison(pairs: 3, points: 3)
    let text = try GroupComparisonReport.answer(comparison).text(.table)
    // The finding is the first line.
    let rows = text.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("#") }
    let document = try json(comparison)
    #expect(rows.count == 3 * document.rows.count + 2)
    for answer in [
      GroupComparisonReport.answer(comparison), GroupComparisonReport.seriesAnswer(comparison),
    ] {
      let narrow = try answer.text(.table, within: .short(width: 80, wayToAll: ""))
      #expect(narrow.contains("upper") && !narrow.contains("a wider terminal shows"), "\(narrow)")
    }
    let own = try #require(
      document.rows.first { $0.quantity == "test accuracy, batch statistics" })
    #expect(own.first_median == 0.97 && abs(own.second_median - 0.98) < 1e-12)
    #expect([own.pairs, own.second_larger, own.second_smaller, own.ties] == [3, 3, 0, 0])
    #expect(own.sign_test_p == 0.25 && own.smallest_p == 0.25)
    let title = "test accuracy, batch"
    let cells = rows.filter { $0.hasPrefix(title) }.map {
      $0.dropFirst(title.count).split(separator: " ").joined(separator: " ")
    }
    #expect(
      cells
        == [
          "first 0.9700 0.9700 0.9700", "second 0.9800 0.9800 0.9800",
          "3 0.01000 3 0 0 0.2500 0.2500",
        ])
    #expect(text.contains("fewer pairs than 6 never come below 0.05"))
  }

  @Test("The band that is printed is the one that is named")
  func bands() throws {
    let few = try json(comparison(pairs: 7)).notes
    #expect(few.contains("lower and upper: the smallest and the largest run"))
    for name in ["false-8", "true-8"] {
      try runs.complete(name, hasBatchNorm: name == "true-8", configuration: #"{"seed": 8}"#)
    }
    #expect(try json(comparison()).notes.contains("lower and upper: the quartiles over the runs"))
    // A ninth pair has a loss of training alone.
    for name in ["false-9", "true-9"] {
      let recorder = try runs.recorder(name, configuration: #"{"seed": 9}"#)
      try runs.steps(0..<2, recorder) { _ in 1 }
      try recorder.end(.finished)
    }
    let notes = try json(comparison()).notes
    #expect(notes.contains { $0.hasPrefix("Where pairs is below 9") })
    #expect(notes.contains { $0.contains("2 to 40 steps") })
    #expect(notes.contains { $0.hasPrefix("No shifts") })
  }

  @Test(
    "CSV and lines of JSON have a row for each pair and quantity, and series one for each pair and point"
  )
  func formats() throws {
    let comparison = try comparison(pairs: 2, points: 3)
    let count = try json(comparison).rows.count
    for (format, lines) in [(OutputFormat.csv, count + 3), (.ndjson, count + 2)] {
      let text = try GroupComparisonReport.answer(comparison).text(format)
      #expect(text.split(separator: "\n").count == lines)
    }
    let series = try GroupComparisonReport.seriesAnswer(comparison).text(.csv)
    #expect(series.split(separator: "\n").count == 1 + 2 + 2 * 3)
    let table = try GroupComparisonReport.seriesAnswer(comparison).text(.table)
    #expect(
      table.split(separator: "\n").dropFirst().allSatisfy { $0.hasPrefix("#") || $0.count <= 100 })
    #expect(table.contains("Steps that all runs recorded."))
  }

  @Test("A seed's text can't reach the terminal as control codes or forge a line")
  func hostile() throws {
    for name in ["false", "true"] {
      try runs.complete(
        name, hasBatchNorm: false, configuration: #"{"seed": "\u001b[2J\nforged"}"#)
    }
    let text = try GroupComparisonReport.answer(comparison()).text(.table)
    #expect(!text.contains("\u{1B}"))
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("forged") })
  }
}
