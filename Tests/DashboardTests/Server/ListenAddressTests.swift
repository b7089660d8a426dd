import Testing

@testable import Dashboard

@Suite("An address to listen on")
struct ListenAddressTests {
  @Test(
    "Loopback is known in all of its spellings",
    arguments: ["127.0.0.1", "127.1.2.3", "::1", "0:0:0:0:0:0:0:1", "localhost"])
  func loopback(text: String) throws {
    let address = try #require(ListenAddress(text))
    #expect(address.isLoopback)
    #expect(!address.isWildcard)
  }

  @Test("Others are not", arguments: ["0.0.0.0", "::", "10.0.0.1", "fe80::1", "::ffff:127.0.0.1"])
  func others(text: String) throws {
    let address = try #require(ListenAddress(text))
    #expect(!address.isLoopback)
    #expect(address.isWildcard == ["0.0.0.0", "::"].contains(text))
  }

  @Test("A URL has IPv6 in brackets")
  func host() throws {
    #expect(ListenAddress("::1")?.host == "[::1]")
    #expect(ListenAddress("127.0.0.1")?.host == "127.0.0.1")
  }

  @Test(
    "Names and numbers that are none are refused",
    arguments: ["", "host", "1.2.3", "1.2.3.4:5", "[::1]", "256.0.0.1"])
  func malformed(text: String) { #expect(ListenAddress(text) == nil) }
}
