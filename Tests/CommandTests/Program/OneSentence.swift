import TestSupport
import Testing

/// Expects one line on standard error with these parts, nothing on standard output, and this exit code.
func expectOneSentence(
  _ run: CommandRun, exitCode: Int32, containing parts: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let text = run.errorOutput
  #expect(run.exitCode == exitCode, "\(text)", sourceLocation: sourceLocation)
  #expect(run.output.isEmpty, sourceLocation: sourceLocation)
  #expect(text.hasPrefix("normscope: "), sourceLocation: sourceLocation)
  #expect(text.filter { $0 == "\n" }.count == 1, "\(text)", sourceLocation: sourceLocation)
  for part in parts {
    #expect(text.contains(part), "\(text)", sourceLocation: sourceLocation)
  }
}
