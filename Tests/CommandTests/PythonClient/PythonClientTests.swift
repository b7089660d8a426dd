import FoundationEssentials
import TestSupport
import Testing

@Suite("The Python package")
struct PythonClientTests {
  @Test(
    "Its tests pass, with this build's program",
    .enabled(if: Python.withPytest != nil, "pytest is not installed for python3: .ci/setup python"))
  func pytest() throws {
    let python = try #require(Python.withPytest)
    let run = try CommandRun(
      python,
      ["-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "Tests/PythonClientTests"],
      in: Repository.root,
      environment: ["NORMSCOPE_TEST_PROGRAM": CommandRun.productPath("normscope")])
    #expect(run.exitCode == 0, "\(run.output)\(run.errorOutput)")
  }

  @Test("Its version is that of the program")
  func version() throws {
    let program = try CommandRun.product("normscope", ["--version"])
    let source = try String(
      contentsOfFile: Repository.root + "/Sources/PythonClient/normscope/version.py",
      encoding: .utf8)
    let version = try #require(source.firstMatch(of: /__version__ = "([^"]+)"/)).1
    #expect(program.output.hasPrefix("normscope \(version),"))
  }
}
