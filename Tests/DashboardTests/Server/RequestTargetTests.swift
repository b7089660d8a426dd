import Testing

@testable import Dashboard

@Suite("The target of a request")
struct RequestTargetTests {
  @Test("Path and query are decoded once")
  func decoded() throws {
    let page = try #require(
      RequestTarget("/runs/a%2Fb%2525/?where=loss+%3C+1&x&y=&where=%C3%A9")?.page)
    #expect(page.path == ["runs", "a/b%25"])
    #expect(page.values("where") == ["loss < 1", "é"])
    #expect(page.values("x") == [""])
    #expect(page.values("y") == [""])
    #expect(page.values("z") == [])
  }

  @Test("Empty segments are left out", arguments: ["/", "//", "/?", "/?&&"])
  func empty(text: String) throws {
    #expect(RequestTarget(text)?.page == PageRequest(path: []))
  }

  @Test("Dots are names like others, and no way up")
  func dots() throws {
    #expect(RequestTarget("/../a/%2e%2e/.")?.page.path == ["..", "a", "..", "."])
  }

  @Test(
    "What is malformed is refused",
    arguments: [
      "", "*", "runs", "http://localhost/", "/%", "/%4", "/%zz", "/%ff", "/%c0%af", "/%ed%a0%80",
      "/%00", "/a%0d%0aSet-Cookie:b", "/%7f", "/é", "/?q=%", "/?%f8=1", "/a b", "/?q=%0a",
    ])
  func malformed(text: String) { #expect(RequestTarget(text) == nil) }

  @Test("An address leads back to the same page")
  func address() throws {
    let page = PageRequest(
      path: ["runs", "a/b?c#d", "é %2F"],
      query: [.init(name: "a&b", value: "c=d+e"), .init(name: "f", value: "")])
    #expect(RequestTarget(page.address)?.page == page)
    #expect(page.address.hasPrefix("/runs/a%2Fb%3Fc%23d/"))
    #expect(PageRequest(path: []).address == "/")
  }
}
