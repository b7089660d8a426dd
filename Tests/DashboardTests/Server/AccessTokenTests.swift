import Testing

@testable import Dashboard

@Suite("The token")
struct AccessTokenTests {
  @Test("Each has 256 bits in 64 digits of its own")
  func digits() {
    let tokens = Set((0..<100).map { _ in AccessToken().text })
    #expect(tokens.count == 100)
    #expect(tokens.allSatisfy { $0.count == 64 && $0.allSatisfy(\.isHexDigit) })
  }

  @Test("It matches itself, and nothing that differs in one digit or in length")
  func matching() {
    let token = AccessToken()
    #expect(token.matches(token.text))
    for place in token.text.indices {
      let other = token.text[place] == "0" ? "1" : "0"
      #expect(!token.matches(token.text.replacingCharacters(at: place, with: other)))
    }
    #expect(!token.matches(token.text + "0"))
    #expect(!token.matches(""))
  }
}

extension String {
  fileprivate func replacingCharacters(at place: Index, with text: String) -> String {
    self[..<place] + text + self[index(after: place)...]
  }
}
