import FoundationEssentials
import TestSupport
import Testing

@Suite("The pages in a browser")
struct BrowserTests {
  @Test(
    "They follow a run, show what the command says, and need nothing else",
    .enabled(
      if: Python.withPlaywright != nil,
      "playwright is not installed for python3, or pytest is not: python3 -m pip install playwright pytest"
    ))
  func pytest() throws {
    let python = try #require(Python.withPlaywright)
    let run = try CommandRun(
      python,
      ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "Tests/DashboardTests/Browser"],
      in: Repository.root,
      environment: [
        "NORMSCOPE_TEST_PROGRAM": CommandRun.productPath("normscope"),
        "NORMSCOPE_TEST_SERVER": CommandRun.productPath("normscope-serve"),
      ])
    #expect(run.exitCode == 0, "\(run.output)\(run.errorOutput)")
  }
}
