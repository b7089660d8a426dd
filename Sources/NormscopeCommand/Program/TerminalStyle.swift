import FoundationEssentials
import Reports

extension Terminal {
  /// Whether headings are bold and exceptions red: on a terminal that can show it, unless $NO_COLOR says no.
  ///
  /// Source: no-color.org. A library for ten lines would load Foundation at each start.
  static var isOutputStyled: Bool {
    isOutputInteractive && named("NO_COLOR") == nil && named("TERM") != "dumb"
  }

  /// The characters of small drawings: those of Unicode where the locale is one of UTF-8.
  static var glyphs: Glyphs {
    let locale = (named("LC_ALL") ?? named("LC_CTYPE") ?? named("LANG") ?? "").lowercased()
    return locale.contains("utf-8") || locale.contains("utf8") ? .blocks : .ascii
  }

  /// The value of an environment variable; nil where it is empty or missing.
  static func named(_ variable: String) -> String? {
    ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }
}
