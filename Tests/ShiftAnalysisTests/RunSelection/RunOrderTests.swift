import TestSupport
import Testing

@testable import ShiftAnalysis

@Suite("Orders of runs")
struct RunOrderTests {
  let runs: ListedRuns

  init() throws { runs = try ListedRuns() }

  @Test(
    "Runs are sorted by their fields, and what a run does not have comes last either way",
    arguments: [
      ("name", "abcd"), ("-name", "dcba"), ("steps", "dcab"), ("-steps", "bacd"),
      ("loss", "abcd"), ("-loss", "bacd"), ("test_accuracy", "bacd"), ("-test_accuracy", "abcd"),
      ("status,-name", "cdba"), ("config.norm,-steps", "acbd"), ("tag.owner", "adbc"),
      ("-tag.owner", "bdac"), ("tag.nothing", "abcd"),
    ])
  func order(order: String, names: String) throws {
    #expect(try runs.names(inOrder: order) == names)
  }

  @Test(
    "The smaller of two that are equal in the first field is told by the second, else both stay")
  func ties() throws {
    #expect(try runs.names(inOrder: "-config.norm") == "bacd")
    #expect(try runs.names(inOrder: "-config.norm,-name") == "bcad")
  }

  @Test(
    "A field that is not there is refused with its column",
    arguments: [
      ("", 1, nil), ("-", 2, nil), ("loss,", 6, nil), ("loss,-lss", 7, "lss"),
      ("--loss", 2, "-loss"),
      (" loss", 1, " loss"), ("config", 1, "config"),
    ] as [(String, Int, String?)])
  func refused(order: String, column: Int, found: String?) throws {
    let error = try #require(throws: RunFilterError.self) { _ = try RunOrder(order) }
    #expect(error.column == column && error.found == found)
  }
}
