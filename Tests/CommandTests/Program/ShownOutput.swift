import Foundation

/// What a document shows of a command: the command after `$ `, then lines of its output; a line `…` is any number of lines.
struct ShownOutput {
  let command: String
  let lines: [String]

  /// The outputs that the lines of a code block show.
  static func outputs(in block: [String]) -> [ShownOutput] {
    block.reduce(into: []) { outputs, line in
      if line.hasPrefix("$ ") {
        outputs.append(ShownOutput(command: String(line.dropFirst(2)), lines: []))
      } else if let last = outputs.popLast() {
        outputs.append(ShownOutput(command: last.command, lines: last.lines + [line]))
      }
    }
  }

  /// The first shown line that `output` does not have in its place, nil if it has them all.
  ///
  /// Numbers may differ by 10 percent, which another matrix kernel can cause; ids and sparklines may be any.
  func firstMissingLine(in output: String) -> String? {
    var rest = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)[...]
    if rest.last == "" { rest.removeLast() }
    var maySkip = false
    for line in lines {
      if line.allSatisfy({ $0 == "…" || $0 == " " }) && line.contains("…") {
        maySkip = true
        continue
      }
      let candidates = maySkip ? rest : rest.prefix(1)
      guard let index = candidates.firstIndex(where: { Self.isAlike($0, line) }) else {
        return line
      }
      rest = rest[(index + 1)...]
      maySkip = false
    }
    return maySkip || rest.isEmpty
      ? nil : "(the end; the program goes on with: \(rest.first ?? ""))"
  }

  static func isAlike(_ actual: String, _ shown: String) -> Bool {
    let (actual, shown) = (words(of: actual), words(of: shown))
    return actual.count == shown.count
      && zip(actual, shown).allSatisfy { actual, shown in
        if actual == shown { return true }
        guard let first = Double(actual), let second = Double(shown) else { return false }
        return abs(first - second) <= 0.1 * max(abs(first), abs(second)) + 1e-9
      }
  }

  /// The words and numbers of a line, with a sign for each id and each sparkline.
  private static func words(of line: String) -> [String] {
    line.replacing(/\b[0-9a-f]{8}(-[0-9a-f]{4}){0,3}(-[0-9a-f]{12})?\b/, with: "#")
      .replacing(/[▁▂▃▄▅▆▇█]+/, with: "▁")
      .matches(of: /[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?|[^\s\d]+/)
      .map { String($0.output).replacing(",", with: $0.output.first?.isNumber == true ? "" : ",") }
  }
}
