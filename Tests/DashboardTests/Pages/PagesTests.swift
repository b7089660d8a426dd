import Reports
import Testing

@testable import Dashboard

@Suite("The pages")
struct PagesTests {
  @Test("The first page names the database as text, and another address is missing")
  func first() throws {
    let pages = Pages(databasePath: "<runs>.db")
    guard case .page(let page) = pages.answer(to: PageRequest(path: [])) else {
      Issue.record("no page")
      return
    }
    #expect(page.markup.contains("&lt;runs&gt;.db"))
    guard case .missing = pages.answer(to: PageRequest(path: ["nowhere"])) else {
      Issue.record("a page")
      return
    }
  }
}
