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
    var printed = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if printed.last == "" { printed.removeLast() }
    // The counts of printed lines that the shown lines so far can stand for: "…" for any, and so several.
    var counts: Set<Int> = [0]
    for line in lines {
      let following =
        line == "…"
        ? Set((counts.min() ?? 0)...printed.count)
        : Set(
          counts.filter { $0 < printed.count && Self.isAlike(printed[$0], line) }.map { $0 + 1 })
      if following.isEmpty { return line }
      counts = following
    }
    return counts.contains(printed.count) ? nil : "(the end; the program prints more)"
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
