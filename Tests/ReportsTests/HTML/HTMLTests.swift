import Testing

@testable import Reports

@Suite("HTML text")
struct HTMLTests {
  @Test("Literals are markup and interpolated text is escaped")
  func escaping() {
    let name = "<b>\"Tom\" & 'Jerry'</b>"
    let html: HTML = "<i title=\"\(name)\">\(name)</i>"
    let escaped = "&lt;b&gt;&quot;Tom&quot; &amp; &#39;Jerry&#39;&lt;/b&gt;"
    #expect(html.markup == "<i title=\"\(escaped)\">\(escaped)</i>")
  }

  @Test("Markup in markup is not escaped again")
  func nesting() {
    let parts: [HTML] = ["<b>\("&")</b>", "x"]
    let html: HTML = "<p>\(parts)\(parts[0])\(7)\(px: 1.25)</p>"
    #expect(html.markup == "<p><b>&amp;</b>x<b>&amp;</b>71.25</p>")
    #expect(parts.joined(separator: ", ").markup == "<b>&amp;</b>, x")
  }

  @Test("Characters that no document may hold are replaced")
  func forbidden() {
    let html: HTML = "\("a\u{0}\u{1B}\u{7F}\u{FFFE}\n\u{1F600}")"
    #expect(html.markup == "a\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD} \u{1F600}")
  }

  @Test("Whole numbers are grouped by three")
  func grouping() {
    #expect([0, 12, 999, 1000, 123_456].map(\.grouped) == ["0", "12", "999", "1,000", "123,456"])
    #expect([1_234_567, -1000].map(\.grouped) == ["1,234,567", "-1,000"])
    #expect(Int.min.grouped == "-9,223,372,036,854,775,808")
  }
}
