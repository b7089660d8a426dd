import RunModel
import RunStore
import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("Filters of runs")
struct RunFilterTests {
  let runs: ListedRuns

  init() throws { runs = try ListedRuns() }

  @Test(
    "A filter is true of the runs that it describes",
    arguments: [
      ("name = a", "a"), ("name='b 2'", "b"), ("name=\"b 2\"", "b"), ("name != a", "bcd"),
      ("name ~ 2", "b"), ("name > b", "bcd"), ("name <= c", "abc"),
      ("status = finished", "ab"), ("status != finished", "cd"), ("status ~ f", "abd"),
      ("steps >= 2", "ab"), ("steps<2", "cd"), ("steps = 3.0", "b"),
      ("started > 2000-01-01", "abcd"),
      ("started < 2000-01-01", ""), ("id ~ -", "abcd"), ("finished > 2000-01-01", "abcd"),
      // Of the last step, and of the evaluation with running statistics.
      ("loss < 0.6", "a"), ("loss <= 0.6", "ab"), ("accuracy = 0.75", "a"),
      ("test_accuracy > 0.85", "a"),
      ("test_accuracy < 1", "ab"),
      // NaN equals NaN, and is neither smaller nor larger than a number.
      ("loss = nan", "c"), ("not loss < 0.6 and not loss >= 0.6", "cd"),
      ("tag.owner = me", "a"), ("tag.owner ~ me", "ad"), ("tag.owner != me", "bcd"),
      ("not tag.owner = me", "bcd"), ("tag.nothing = x", ""), ("tag.nothing != x", "abcd"),
      // Text that is two numbers is compared as numbers.
      ("tag.order < 10", "b"), ("tag.order = 1e1", "a"), ("tag.order < a", "ab"),
      ("config.norm = batch", "ac"), ("config.layers = 64,64", "a"), ("config.layers ~ 64", "a"),
      ("config.learning_rate >= 0.1", "ac"), ("config.learning_rate = 1e-2", "b"),
      ("config.learning_rate = x", ""), ("config.learning_rate != x", "abcd"),
      ("config.learning_rate < x", ""), ("config.bias = true", "a"), ("config.bias != true", "bcd"),
      ("config.data.name = 'x y'", "b"), ("config.data = x", ""), ("config.a.b = 1", "c"),
      // Neighbours above 2⁵³, which are one number as Double.
      ("config.seed = 9007199254740993", "a"), ("config.seed = 9007199254740992", ""),
      ("note ~ '(too)'", "c"), ("note = ''", ""), ("note != ''", "abcd"),
      ("name = a or name = d and steps > 5", "a"), ("(name = a or name = d) and steps = 0", "d"),
      ("NOT name = a AND NOT name = d", "bc"), ("not (name = a or name = d)", "bc"),
      ("not not name = a", "a"), ("((((name=a))))", "a"), ("name = 'and'", ""),
      ("name = 'it''s'", ""),
      (" \t\n name\u{A0}=\u{3000}a \n", "a"), ("name = 🧪", ""), ("name ~ ''", "abcd"),
    ])
  func matches(filter: String, names: String) throws {
    #expect(try runs.names(where: filter) == names)
  }

  @Test(
    "One that can't be understood is refused with its column and what should stand there",
    arguments: [
      ("", 1, "a field", nil), ("   ", 4, "a field", nil), ("name", 5, "a comparison", nil),
      ("name =", 7, "a value", nil), ("name = =", 8, "a value", "="), ("= a", 1, "a field", "="),
      ("'name' = a", 1, "a field", "name"), ("nme = a", 1, "a field", "nme"),
      ("tag. = a", 1, "a field", "tag."), ("config = a", 1, "a field", "config"),
      ("tags.owner = a", 1, "a field", "tags.owner"), ("name a", 6, "a comparison", "a"),
      ("name ! a", 6, "a comparison", "!"), ("name == a", 7, "a value", "="),
      ("name = a b", 10, "and, or, or the end", "b"), ("name = a)", 9, "and, or, or the end", ")"),
      ("(name = a", 10, "and, or, or \")\"", nil), ("()", 2, "a field", ")"),
      ("name = a and", 13, "a field", nil), ("name = a or or", 13, "a field", "or"),
      ("name = and", 8, "a value", "and"), ("not", 4, "a field", nil),
      ("name = 'a", 8, "a closing quote", nil),
      ("started > many", 11, "a time: a day such as 2026-11-28", "many"),
      ("finished = 5", 12, "a time", "5"),
      ("started ~ 2026", 9, "= != < <= > or >=, as started is a time", "~"),
      ("started > 2026-11-28 10:00", 22, "and, or, or the end", "10:00"),
      ("steps = many", 9, "a number", "many"),
      ("loss ~ 1", 6, "= != < <= > or >=, as loss is a number", "~"),
      ("status = finshed", 10, "one of running, finished", "finshed"),
      ("é = 1", 1, "a field", "é"), ("name = 🧪🧪 x", 11, "and, or, or the end", "x"),
    ] as [(String, Int, String, String?)])
  func refused(filter: String, column: Int, expected: String, found: String?) throws {
    let error = try #require(throws: RunFilterError.self) { _ = try RunFilter(filter) }
    #expect(error.column == column)
    #expect(error.expected.hasPrefix(expected), "\(error.expected)")
    #expect(error.found == found)
  }

  @Test("Nesting is limited, chains are not")
  func depth() throws {
    let limit = RunFilterParser.depthLimit
    func nested(_ depth: Int) -> String {
      String(repeating: "(", count: depth) + "name = a" + String(repeating: ")", count: depth)
    }
    #expect(try runs.names(where: nested(limit - 1)) == "a")
    for hostile in [
      nested(limit), nested(100_000), String(repeating: "not ", count: 100_000) + "name = a",
    ] {
      let error = try #require(throws: RunFilterError.self) { _ = try RunFilter(hostile) }
      #expect(error.expected == "at most 100 nested parentheses")
    }
    let chain = Array(repeating: "name = a", count: 20_000)
    #expect(try runs.names(where: chain.joined(separator: " or ")) == "a")
    #expect(try runs.names(where: chain.joined(separator: " and ")) == "a")
  }

  @Test("20,000 damaged filters are understood, or refused at a place in them")
  func hostile() throws {
    var generator = SplitMix64(seed: 5)
    let good = Array(
      "not (name = 'b 2' or tag.owner ~ \"m\") and config.data.name != x or loss <= 1e-3".utf8)
    var understood = 0
    for _ in 0..<20_000 {
      let damaged = mutated(good, telling: Array("'\"()=!<>~. andorte".utf8), by: &generator)
      let text = String(decoding: damaged, as: UTF8.self)
      do {
        _ = try RunFilter(text)
        understood += 1
      } catch {
        #expect((1...text.count + 1).contains(error.column))
      }
    }
    #expect(understood > 500 && understood < 19_500)
  }
}
